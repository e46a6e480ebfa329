package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a handler may know of the job it runs. Valid while the handler runs, from any thread; later
 * it does no harm. No method blocks.
 */
public interface TaskContext {
  /**
   * The job's id: the same for each attempt and each copy; empty where a foreign sender gave none.
   * The copies that an exchange made for several queues share it: what has to be done once for each
   * queue is known by id and {@link #queue}.
   */
  String id();

  /** The task's name by which the job was enqueued: of a task with aliases, maybe one of these. */
  String task();

  /** The queue that it was taken from. */
  String queue();

  /** From 1. Shutdowns and crashes do not raise it. */
  int attempt();

  /** When it was enqueued; null where a foreign sender did not say. */
  @Nullable
  Instant enqueuedAt();

  /** All headers of the message; unmodifiable. */
  Map<String, Object> headers();

  /**
   * Why the handler is to end as soon as it can; empty while it may go on. Never empty again once
   * it was not. Of several that are so it is the one that {@link Cancellation} names first.
   */
  Optional<Cancellation> cancellation();

  /** Whether the handler is to end as soon as it can: a long one asks now and then. */
  default boolean cancelled() {
    return cancellation().isPresent();
  }

  /**
   * How long the handler may still run before it is interrupted: to the end of its task's time-out
   * or, while its worker stops, of the grace period, whichever is sooner. Zero when that is over,
   * empty where it has no bound. Never interrupted before, and up to a quarter of a second later.
   */
  Optional<Duration> remaining();
}
