package dev.errand;

import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.UNAVAILABLE;

import dev.errand.broker.BrokerException;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Many jobs of one task on their way. A body is held only until its answer is there, so that the
 * broker's room for the unanswered bounds them. Each instance is for one batch and one thread.
 */
final class Batch<P> {
  private final Destination<P> destination;
  private final Function<? super P, EnqueueOptions> optionsOf;
  private final List<Receipt> receipts = new ArrayList<>();
  private final TreeMap<Integer, RuntimeException> failures = new TreeMap<>();
  private final Queue<Pending> unanswered = new ArrayDeque<>();
  private @Nullable PublishException silence;

  Batch(Destination<P> destination, Function<? super P, EnqueueOptions> optionsOf) {
    this.destination = destination;
    this.optionsOf = optionsOf;
  }

  private record Pending(int place, Sent job) {}

  List<Receipt> enqueue(Task<P> task, Collection<? extends P> payloads) {
    int place = 0;
    for (P payload : payloads) {
      settleAnswered();
      try {
        send(place, payload, options(task, payload));
      } catch (RuntimeException refused) {
        failures.put(place, refused);
      }
      place++;
    }
    unanswered.forEach(this::settle);
    if (!failures.isEmpty()) {
      throw new BatchException(task.name(), receipts, failures);
    }
    return receipts;
  }

  private EnqueueOptions options(Task<P> task, P payload) {
    Encoder.given(task, payload);
    // A function of the caller's: its null is not ruled out by its type.
    @Nullable EnqueueOptions options = optionsOf.apply(payload);
    if (options == null) {
      throw new IllegalArgumentException("The function of options gave null for a payload of the "
          + task + ". Nothing was sent. Let it give EnqueueOptions.NONE where there are none.");
    }
    return options;
  }

  private void send(int place, P payload, EnqueueOptions options) {
    Publication publication = destination.encode(payload, options);
    if (silence != null) {
      throw notTried(publication, silence);
    }
    Pending pending = new Pending(place, destination.publish(publication));
    // Refused in the call, after all the waiting that a publish may do: not to be waited for behind
    // others' answers, lest the next one waits as long.
    if (pending.job().answer().isCompletedExceptionally()) {
      settle(pending);
    } else {
      unanswered.add(pending);
    }
  }

  private void settleAnswered() {
    for (Pending head = unanswered.peek();
        head != null && head.job().answer().isDone();
        head = unanswered.peek()) {
      settle(unanswered.remove());
    }
  }

  private void settle(Pending pending) {
    try {
      receipts.add(pending.job().await());
    } catch (BrokerException failed) {
      failures.put(pending.place(), failed);
      if (silence == null && failed instanceof PublishException refused && isSilence(refused)) {
        silence = refused;
      }
    }
  }

  /** Whether it took a time-out or a connection, and would take each of the next ones another. */
  private static boolean isSilence(PublishException failed) {
    return failed.reason() == UNAVAILABLE || failed.reason() == OUTCOME_UNKNOWN;
  }

  private static PublishException notTried(Publication publication, PublishException silence) {
    return new PublishException(
        UNAVAILABLE,
        publication,
        "It was not tried: the broker did not answer for message " + silence.messageId()
            + ", which went before it",
        "See to the broker first",
        silence);
  }
}
