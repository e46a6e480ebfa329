package dev.errand.worker;

import dev.errand.TaskContext;
import dev.errand.broker.Delivery;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.worker.decide.Counters;
import dev.errand.worker.decide.History;
import dev.errand.worker.decide.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A delivery whose job is known, with what is to be done.
 *
 * @param policy of its task; none where no handler runs
 * @param atMostOnce whether its task must never run twice
 * @param timeout of its task; none where no handler runs
 */
record Bound(
    Taken taken,
    Job job,
    Counters counters,
    RetryPolicy policy,
    boolean atMostOnce,
    Work work,
    Optional<Duration> timeout) {
  Delivery delivery() {
    return taken.delivery();
  }

  /** When it was enqueued, by its sender's word or its message's time; null where neither says. */
  @Nullable
  Instant enqueuedAt() {
    Instant said = WireFormat.time(delivery().message(), WireFormat.ENQUEUED_AT);
    return said == null ? delivery().message().timestamp() : said;
  }

  /** What it has behind it now. */
  History historyAt(Instant now) {
    Instant redriven = WireFormat.time(delivery().message(), WireFormat.REDRIVEN_AT);
    Instant begun = redriven == null ? enqueuedAt() : redriven;
    return new History(
        counters, begun == null ? null : Duration.between(begun, now), waitedAt(now));
  }

  /** What is no time, or a time to come, was written by nobody of ours: it waits from now on. */
  private Duration waitedAt(Instant now) {
    Instant since = WireFormat.time(delivery().message(), WireFormat.WAITING_SINCE);
    return since == null || since.isAfter(now) ? Duration.ZERO : Duration.between(since, now);
  }

  /** What this end is to its job: once begun, one that must never run twice does not run again. */
  Outcome meant(Outcome end) {
    if (atMostOnce && end instanceof Outcome.Deferred deferred) {
      return new Outcome.MayHaveRun("put off: " + deferred.reason());
    }
    return atMostOnce && end instanceof Outcome.Interrupted ? new Outcome.MayHaveRun() : end;
  }

  /** Runs the handler, or says why none runs. */
  @FunctionalInterface
  interface Work {
    Outcome run(TaskContext context) throws Exception;
  }
}
