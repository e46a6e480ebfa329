package dev.errand.broker.rabbit;

import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the server, until the server has answered. Told once how it ended, on a
 * thread that must not be held up.
 */
abstract class Confirm {
  private final Publication publication;
  // Written by the publisher before the entry is in the ring, read by who answers after it took it
  // from there.
  private long number;
  private long sentAt;
  // Reader thread only: a return comes before the answer, on the same thread.
  private @Nullable String returned;

  Confirm(Publication publication) {
    this.publication = publication;
  }

  abstract void succeeded();

  abstract void failed(PublishException reason);

  final Publication publication() {
    return publication;
  }

  final void sent(long sequence, long now) {
    number = sequence;
    sentAt = now;
    returned = null;
  }

  final long number() {
    return number;
  }

  final long sentAt() {
    return sentAt;
  }

  final void returned(String why) {
    returned = why;
  }

  final @Nullable String returnedBecause() {
    return returned;
  }

  final void failed(
      PublishException.Reason reason, String what, String remedy, @Nullable Throwable cause) {
    failed(new PublishException(reason, publication, what, remedy, cause));
  }
}
