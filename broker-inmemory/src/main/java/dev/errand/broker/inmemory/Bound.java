package dev.errand.broker.inmemory;

import static dev.errand.broker.PublishException.Reason.REJECTED;

import dev.errand.broker.Parameters;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;

/**
 * How much a server may hold, after a publish, for that publish to be taken: waiting, unsettled and
 * delayed messages of all queues together. A copy is never held against it: what takes a delivery's
 * place is held already, and refused it could only come back again and again.
 *
 * @param messages how many
 * @param bytes how many bytes their bodies have
 */
record Bound(int messages, int bytes) {
  static Bound of(Parameters given) {
    return new Bound(
        given.get(InMemoryBrokerProvider.MAX_MESSAGES),
        given.get(InMemoryBrokerProvider.MAX_BYTES));
  }

  /** Refuses a publication that arrives in so many places, where that were too much. */
  void check(Publication publication, int places, Load held) {
    long more = (long) publication.message().body().length * places;
    if (held.messages() + places > messages) {
      refuse(
          publication,
          "The broker in memory holds " + held.messages() + " messages, at most " + messages
              + " are allowed",
          InMemoryBrokerProvider.MAX_MESSAGES.name());
    }
    if (held.bytes() + more > bytes) {
      refuse(
          publication,
          "The broker in memory holds messages of " + held.bytes() + " bytes, and with " + more
              + " more there were over the " + bytes + " that are allowed",
          InMemoryBrokerProvider.MAX_BYTES.name());
    }
  }

  private static void refuse(Publication publication, String what, String parameter) {
    throw new PublishException(
        REJECTED,
        publication,
        what,
        "Have messages consumed first, or raise '" + parameter + "' in the address",
        null);
  }
}
