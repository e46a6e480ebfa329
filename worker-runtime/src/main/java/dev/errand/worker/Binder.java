package dev.errand.worker;

import dev.errand.Task;
import dev.errand.broker.Message;
import dev.errand.codec.PayloadCodec;
import dev.errand.codec.PayloadException;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.Time;
import dev.errand.worker.decide.Counters;
import dev.errand.worker.decide.Outcome;
import dev.errand.worker.decide.Whence;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From a delivery to its job: finds the handler by the task's name and reads the payload. */
final class Binder {
  private final Map<String, Map<String, Handled<?>>> handledByQueue;
  private final PayloadCodec codec;
  private final StillRunning stillRunning;
  private final Time time;

  Binder(
      Map<String, Map<String, Handled<?>>> handledByQueue,
      PayloadCodec codec,
      StillRunning stillRunning,
      Time time) {
    this.handledByQueue = handledByQueue;
    this.codec = codec;
    this.stillRunning = stillRunning;
    this.time = time;
  }

  Bound bind(Taken taken) {
    Message message = taken.delivery().message();
    Counters counters = Counters.of(message);
    Job job = jobOf(taken);
    Handled<?> handled = handled(job);
    Outcome refusal = refusal(taken, handled);
    if (refusal == null && handled != null) {
      return new Bound(
          taken,
          job,
          counters,
          handled.task().policy(),
          handled.task().isAtMostOnce(),
          work(handled, message),
          handled.task().timeout());
    }
    Outcome why = refusal == null ? new Outcome.Unknown(job.task()) : refusal;
    return new Bound(
        taken, job, counters, RetryPolicy.never(), false, context -> why, Optional.empty());
  }

  /** What one that came back is, of which no payload is read; empty where it did not. */
  Optional<Outcome> cameBack(Taken taken) {
    return taken.delivery().redeliveries() == 0
        ? Optional.empty()
        : Optional.ofNullable(refusal(taken, handled(jobOf(taken))));
  }

  private @Nullable Handled<?> handled(Job job) {
    return handledByQueue.getOrDefault(job.queue(), Map.of()).get(job.task());
  }

  /** What events call it, whether we can run it or not. */
  Job jobOf(Taken taken) {
    Message message = taken.delivery().message();
    String task = message.type() == null ? "" : message.type();
    return new Job(message.id(), task, taken.queue(), Counters.of(message).attempt());
  }

  /** What was put off counts not, as nobody may have known the task then. */
  private static boolean mayHaveBegun(Taken taken, Counters counters) {
    return taken.delivery().redeliveries() > 0
        || counters.attempt() > 1
        || counters.returns() > 0
        || counters.crashes() > 0
        || counters.interruptions() > 0;
  }

  private @Nullable Outcome refusal(Taken taken, @Nullable Handled<?> handled) {
    if (handled == null) {
      return refusal(taken);
    }
    if (handled.task().isAtMostOnce()
        && mayHaveBegun(taken, Counters.of(taken.delivery().message()))) {
      return new Outcome.MayHaveRun();
    }
    Outcome refusal = refusal(taken);
    // Last, so that what came back is counted as such, and what is not begun anyway is not put off.
    return refusal == null && stillRunning.has(taken)
        ? new Outcome.StillRuns(taken.whence())
        : refusal;
  }

  private @Nullable Outcome refusal(Taken taken) {
    Message message = taken.delivery().message();
    int format = WireFormat.count(message, WireFormat.FORMAT, 1);
    boolean newer = format > WireFormat.VERSION;
    Instant expiry = WireFormat.time(message, WireFormat.EXPIRES_AT);
    // What a newer format says by that header we do not know.
    if (!newer && expiry != null && !time.instant().isBefore(expiry)) {
      // Also when it came back: as no handler runs, it takes nobody down.
      return new Outcome.Expired(expiry);
    }
    if (taken.delivery().redeliveries() > 0) {
      return new Outcome.CameBack(taken.whence());
    }
    if (taken.whence() == Whence.LANE_BESIDE_A_SUSPECT) {
      return new Outcome.BesideASuspect();
    }
    if (newer) {
      return new Outcome.Newer(newer("its wire format", format, "this worker", WireFormat.VERSION));
    }
    return null;
  }

  private static String newer(String what, int version, String reader, int latest) {
    return what + " is version " + version + ", and " + reader + " reads up to " + latest;
  }

  private <P> Bound.Work work(Handled<P> handled, Message message) {
    Task<P> task = handled.task();
    int version = WireFormat.payloadVersion(message);
    if (version > task.version()) {
      Outcome newer = new Outcome.Newer(
          newer("its payload", version, "task '" + task.name() + "' here", task.version()));
      return context -> newer;
    }
    P payload;
    try {
      payload = task.read(codec, version, message.body());
    } catch (PayloadException unreadable) {
      return context -> new Outcome.Unreadable(unreadable);
    } catch (Throwable fault) {
      // No word on the bytes, but a class that does not load or the fault of a codec, which is user
      // code and throws what it likes: another attempt may do.
      return context -> new Outcome.Failed(fault);
    }
    return context -> {
      handled.handler().handle(payload, context);
      return new Outcome.Done();
    };
  }
}
