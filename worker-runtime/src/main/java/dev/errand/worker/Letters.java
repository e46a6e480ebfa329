package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.codec.WireFormat;
import dev.errand.worker.decide.Counters;
import dev.errand.worker.decide.Disposition;
import dev.errand.worker.decide.Failure;
import dev.errand.worker.decide.StackText;
import dev.errand.worker.decide.Whence;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes the copy that takes a job's place: the same body and properties, the headers brought up to
 * date.
 */
final class Letters {
  private final Broker broker;
  private final String author;

  /** @param author who writes, as dead letters name it: the worker, its process and its host */
  Letters(Broker broker, String author) {
    this.broker = broker;
    this.author = author;
  }

  /** No copy can be made of it, by us, however often it is tried: its cause says why. */
  static final class Unwritable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unwritable(Throwable fault) {
      super(fault);
    }
  }

  /**
   * Writes a copy.
   *
   * @throws Unwritable when it cannot be written
   */
  static Publication written(Supplier<Publication> copy) {
    try {
      return copy.get();
    } catch (VirtualMachineError passes) {
      throw passes;
    } catch (Throwable fault) {
      throw new Unwritable(fault);
    }
  }

  /** Epoch milliseconds of the broker's time. */
  long now() {
    return broker.time().millis();
  }

  /** The job once more, in the queue it was taken from. */
  Publication again(Bound bound, Disposition.Again again, long decidedAt) {
    Duration delay = bounded(again.delay());
    Map<String, Object> headers = headers(bound, again.counters());
    // A handler ran: whoever knows it is here.
    headers.remove(WireFormat.WAITING_SINCE);
    if (again.failure() != null) {
      putFailure(headers, again.failure(), decidedAt);
    }
    if (!delay.isZero()) {
      headers.put(WireFormat.DUE_AT, now() + delay.toMillis());
    }
    return publication(bound, headers, bound.job().queue()).after(delay);
  }

  /** The same job, later: of what we may not know, nothing but since when it waits is written. */
  Publication waits(Bound bound, Disposition.Waits waits, long decidedAt) {
    Duration delay = bounded(waits.delay());
    Map<String, Object> headers = new LinkedHashMap<>(bound.delivery().message().headers());
    headers.put(WireFormat.WAITING_SINCE, decidedAt - waits.waited().toMillis());
    headers.put(WireFormat.DUE_AT, now() + delay.toMillis());
    return publication(bound, headers, bound.job().queue()).after(delay);
  }

  /** The job once more, at the end of where it waits. */
  Publication returned(Bound bound, Disposition.Returned back) {
    Map<String, Object> headers = headers(bound, back.counters());
    if (back.counters().interruptions() > bound.counters().interruptions()) {
      // A handler ran: whoever knows it is here.
      headers.remove(WireFormat.WAITING_SINCE);
    }
    return publication(bound, headers, nameOf(back.place(), bound));
  }

  /** The same job, after a while at the end of where it waits. */
  Publication aside(Bound bound, Disposition.Aside aside) {
    Duration delay = bounded(aside.delay());
    Map<String, Object> headers = headers(bound, aside.counters());
    headers.put(WireFormat.DUE_AT, now() + delay.toMillis());
    return publication(bound, headers, nameOf(aside.place(), bound)).after(delay);
  }

  private static String nameOf(Disposition.Place place, Bound bound) {
    String queue = bound.job().queue();
    return switch (place) {
      case QUEUE -> queue;
      case LANE -> WireFormat.laneOf(queue);
    };
  }

  /** The dead letter, with its facts. */
  Publication dead(Bound bound, Disposition.Dead dead, long decidedAt) {
    Map<String, Object> headers = headers(bound, dead.counters());
    putFailure(headers, dead.failure(), decidedAt);
    Throwable error = dead.failure().error();
    if (error != null) {
      headers.put(WireFormat.FAILURE_STACK, StackText.of(error));
    }
    return publication(bound, headers, WireFormat.deadLettersOf(bound.job().queue()));
  }

  /** The same job, where it was taken from. */
  Publication same(Taken taken) {
    Message message = taken.delivery().message();
    Map<String, Object> headers = new LinkedHashMap<>(message.headers());
    headers.remove(Message.BROKER_REASON);
    String queue = taken.queue();
    return Publication.of(
        message.copy().headers(headers).build(),
        Route.queue(taken.whence() == Whence.QUEUE ? queue : WireFormat.laneOf(queue)));
  }

  /**
   * A copy of which another may be there already: it says that its job came back, so that one which
   * must not run twice does not run by it.
   */
  static Publication onceMore(Publication copy) {
    Map<String, Object> headers = new LinkedHashMap<>(copy.message().headers());
    // And nothing else is written, as it may be of a format that we do not know.
    headers.put(WireFormat.RETURNS, Counters.of(copy.message()).returned().returns());
    Message counted = copy.message().copy().headers(headers).build();
    return Publication.of(counted, copy.route()).after(copy.delay());
  }

  private static Publication publication(Bound bound, Map<String, Object> headers, String queue) {
    Message copy = bound.delivery().message().copy().headers(headers).build();
    return Publication.of(copy, Route.queue(queue));
  }

  private Map<String, Object> headers(Bound bound, Counters counters) {
    Map<String, Object> headers = new LinkedHashMap<>(bound.delivery().message().headers());
    // What was true of the former copy only.
    headers.remove(WireFormat.DUE_AT);
    headers.remove(WireFormat.FAILURE_STACK);
    headers.remove(Message.BROKER_REASON);
    headers.put(WireFormat.QUEUE, bound.job().queue());
    counters.writeTo(headers);
    return headers;
  }

  private void putFailure(Map<String, Object> headers, Failure failure, long decidedAt) {
    headers.put(
        WireFormat.FAILURE_REASON, StackText.cut(failure.reason(), StackText.LONGEST_MESSAGE));
    headers.remove(WireFormat.FAILURE_TYPE);
    headers.remove(WireFormat.FAILURE_MESSAGE);
    Throwable error = failure.error();
    if (error != null) {
      headers.put(WireFormat.FAILURE_TYPE, error.getClass().getName());
      headers.put(WireFormat.FAILURE_MESSAGE, StackText.messageOf(error));
    }
    headers.putIfAbsent(WireFormat.FAILURE_FIRST_AT, decidedAt);
    headers.put(WireFormat.FAILURE_LAST_AT, decidedAt);
    headers.put(WireFormat.FAILURE_WORKER, author);
  }

  /** What the broker can hold: a policy of ten years is cut to it and not refused at night. */
  private Duration bounded(Duration wanted) {
    if (wanted.isZero() || wanted.isNegative()) {
      return Duration.ZERO;
    }
    Duration longest = broker.capabilities().maxDelay();
    return wanted.compareTo(longest) > 0 ? longest : wanted;
  }
}
