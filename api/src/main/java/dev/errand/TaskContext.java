package dev.errand;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handler may know of the job it runs. Valid while the handler runs; safe to read from its
 * threads. No method blocks.
 */
public interface TaskContext {
  /**
   * The job's id: the same for each attempt and each copy; empty where a foreign sender gave none.
   * The copies that an exchange made for several queues share it: what has to be done once for each
   * queue is known by id and {@link #queue}.
   */
  String id();

  /** The task's name. */
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

  /** Whether the worker is shutting down: a long handler ends soon. */
  boolean stopping();
}
