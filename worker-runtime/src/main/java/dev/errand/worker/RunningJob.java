package dev.errand.worker;

import dev.errand.Cancellation;
import dev.errand.TaskContext;
import dev.errand.TimedOutException;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A job that runs: what its handler sees of it, and how its time goes. */
final class RunningJob implements TaskContext {
  /** How long a handler may take to end once its time-out has interrupted it. */
  static final Duration UNWINDING = WorkerBuilder.UNWINDING;

  private final Bound bound;
  private final Lifecycle lifecycle;
  private final Time time;
  private final long begun;
  /** Written once, under the lock of the handler's thread, and read from any thread. */
  private volatile @Nullable TimedOutException timedOut;

  /** What the last call in hand threw; null before it did. */
  private volatile @Nullable Throwable failed;

  private final AtomicBoolean told = new AtomicBoolean();

  RunningJob(Bound bound, Lifecycle lifecycle, Time time) {
    this.bound = bound;
    this.lifecycle = lifecycle;
    this.time = time;
    begun = time.nanoTime();
  }

  Bound bound() {
    return bound;
  }

  /** How long it has run. */
  Duration took() {
    return Duration.ofNanos(time.nanoTime() - begun);
  }

  boolean hasTimeout() {
    return bound.timeout().isPresent();
  }

  /** Who is told yes tells that it runs for long, and no other does. */
  boolean tellOnce() {
    return told.compareAndSet(false, true);
  }

  /** What its attempt has failed with; empty while its time is not over, or nobody noticed. */
  Optional<TimedOutException> timedOut() {
    return Optional.ofNullable(timedOut);
  }

  /** Whether its time-out leaves it more than this. */
  boolean hasMoreThan(Duration pause) {
    return timeLeft().map(left -> left.compareTo(pause) > 0).orElse(true);
  }

  private Optional<Duration> timeLeft() {
    return bound.timeout().map(longest -> longest.minus(took()));
  }

  /** Its handler threw this, and is called again: what ends it then does not hide why. */
  void failedInHand(Throwable error) {
    failed = error;
  }

  /** Whether its time is over now, and was not before. */
  boolean timeOutIfDue(Supplier<StackTraceElement[]> stack) {
    Duration longest = bound.timeout().orElse(null);
    if (longest == null || timedOut != null || took().compareTo(longest) < 0) {
      return false;
    }
    TimedOutException over = new TimedOutException(bound.job().task(), longest, stack.get());
    Throwable before = failed;
    if (before != null) {
      over.addSuppressed(before);
    }
    timedOut = over;
    return true;
  }

  /** Whether it was timed out, and has had its time to end. */
  boolean ignoresItsTimeout() {
    TimedOutException noticed = timedOut;
    return noticed != null && took().compareTo(noticed.timeout().plus(UNWINDING)) >= 0;
  }

  @Override
  public String id() {
    return bound.job().id();
  }

  @Override
  public String task() {
    return bound.job().task();
  }

  @Override
  public String queue() {
    return bound.job().queue();
  }

  @Override
  public int attempt() {
    return bound.job().attempt();
  }

  @Override
  public @Nullable Instant enqueuedAt() {
    return bound.enqueuedAt();
  }

  @Override
  public Map<String, Object> headers() {
    return bound.delivery().message().headers();
  }

  @Override
  public Optional<Cancellation> cancellation() {
    if (timedOut != null) {
      return Optional.of(Cancellation.TIMED_OUT);
    }
    if (lifecycle.stopping()) {
      return Optional.of(Cancellation.STOPPING);
    }
    return bound.taken().gone() ? Optional.of(Cancellation.LOST) : Optional.empty();
  }

  @Override
  public Optional<Duration> remaining() {
    return Stream.of(timeLeft(), lifecycle.graceLeft())
        .flatMap(Optional::stream)
        .min(Duration::compareTo)
        .map(left -> left.isNegative() ? Duration.ZERO : left);
  }

  /** Which job it is, for logs. */
  @Override
  public String toString() {
    return bound.job().toString();
  }
}
