package dev.errand;

import dev.errand.broker.Broker;
import dev.errand.broker.PublishException;
import dev.errand.codec.PayloadCodec;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * Enqueues jobs. Thread-safe, cheap, nothing to close: it lives as long as its broker. The first
 * use of a queue or an exchange declares it, and a queue's dead letters with it.
 */
public final class TaskClient {
  /**
   * The most bytes of a payload: 1 MiB. A queue is for jobs; what they work on is stored elsewhere.
   */
  public static final int DEFAULT_MAX_PAYLOAD = 1024 * 1024;

  private final Broker broker;
  private final PayloadCodec codec;
  private final int maxPayload;
  private final ConcurrentMap<Task<?>, Destination<?>> destinations = new ConcurrentHashMap<>();

  private TaskClient(Broker broker, PayloadCodec codec, int maxPayload) {
    this.broker =
        Objects.requireNonNull(broker, "The broker is null. Give the client one, by Broker.open.");
    this.codec = Objects.requireNonNull(codec, "The codec is null. Leave it out for JSON.");
    this.maxPayload = maxPayload;
  }

  /** A client that writes JSON. */
  public static TaskClient on(Broker broker) {
    return on(broker, PayloadCodec.json());
  }

  /** A client that writes what its workers read. */
  public static TaskClient on(Broker broker, PayloadCodec codec) {
    return new TaskClient(broker, codec, DEFAULT_MAX_PAYLOAD);
  }

  /**
   * A client as this one, with another limit on payloads.
   *
   * @param bytes the largest body; what the broker can carry limits it further
   * @throws IllegalArgumentException when less than 1
   */
  public TaskClient maxPayload(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "A payload of at most " + bytes + " bytes is none. Give 1 or more.");
    }
    return new TaskClient(broker, codec, bytes);
  }

  /** As {@link #enqueue(Task, Object, EnqueueOptions)}, without options. */
  public <P> Receipt enqueue(Task<P> task, P payload) {
    return enqueue(task, payload, EnqueueOptions.NONE);
  }

  /**
   * Enqueues a job and returns when the broker has it safely, in at least one queue. Blocks for a
   * round trip; without a connection up to the broker's publish time-out. The first job of a task
   * waits besides for the declaration of where it goes: for a round trip or two, at most 10
   * seconds.
   *
   * <p>An interrupt ends the wait, and the thread stays interrupted: the exception then says that
   * nothing was sent ({@code UNAVAILABLE}), or that the job may be there ({@code OUTCOME_UNKNOWN}).
   *
   * @throws PublishException when it was not taken, or may not have been; it says whether to
   *     enqueue again is safe
   * @throws dev.errand.broker.TopologyException when the task's queue or exchange cannot be
   *     declared
   * @throws dev.errand.codec.PayloadException when the payload cannot be written
   * @throws IllegalArgumentException when the task's queue has not the priority level, or its key
   *     or header function gives null or a header that no job can have
   */
  public <P> Receipt enqueue(Task<P> task, P payload, EnqueueOptions options) {
    Destination<P> destination = destination(task);
    return destination.publish(destination.encode(payload, options)).await();
  }

  /** As {@link #enqueueAsync(Task, Object, EnqueueOptions)}, without options. */
  public <P> CompletableFuture<Receipt> enqueueAsync(Task<P> task, P payload) {
    return enqueueAsync(task, payload, EnqueueOptions.NONE);
  }

  /**
   * As {@link #enqueue(Task, Object, EnqueueOptions)}, without waiting for the broker's answer; may
   * wait for room while too many answers are outstanding, and for the declaration at a task's first
   * job, as long as {@code enqueue} does. The future fails as {@code enqueue} throws. Its dependent
   * actions may wait, and delay others meanwhile.
   */
  public <P> CompletableFuture<Receipt> enqueueAsync(
      Task<P> task, P payload, EnqueueOptions options) {
    // Thrown and no future's failure, as all else that only a fault of the caller's code causes.
    Encoder.given(task, payload);
    try {
      Destination<P> destination = destination(task);
      return destination.publish(destination.encode(payload, options)).answer();
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /**
   * Enqueues many at the speed of the broker: publishes all, then waits for all answers. A payload
   * that is refused stops no other. At the first sign that the broker does not answer (no
   * connection, no room or no answer within the publish time-out, a connection lost) no further job
   * is sent, so that the call ends within about one publish time-out of it, however many are left;
   * these fail as unavailable, and to enqueue them again is safe.
   *
   * @return the receipts in the order of the payloads
   * @throws BatchException when some were not taken; it holds the receipts of the others
   */
  public <P> List<Receipt> enqueueAll(Task<P> task, Collection<? extends P> payloads) {
    return enqueueAll(task, payloads, payload -> EnqueueOptions.NONE);
  }

  /**
   * As {@link #enqueueAll(Task, Collection)}, each job with the options that its payload yields,
   * such as {@code upload -> EnqueueOptions.withId(upload.id())}.
   *
   * @param optionsOf called once per payload, in their order, on the calling thread; where it
   *     throws or gives null, that payload is refused
   * @return the receipts in the order of the payloads
   * @throws BatchException when some were not taken; it holds the receipts of the others
   */
  public <P> List<Receipt> enqueueAll(
      Task<P> task,
      Collection<? extends P> payloads,
      Function<? super P, EnqueueOptions> optionsOf) {
    Objects.requireNonNull(optionsOf, "The function of options is null; leave it out.");
    return new Batch<>(destination(task), optionsOf).enqueue(task, payloads);
  }

  @SuppressWarnings("unchecked") // A destination stands under its own task.
  private <P> Destination<P> destination(Task<P> task) {
    Destination<?> known = destinations.get(task);
    if (known == null) {
      known = destinations.computeIfAbsent(
          task,
          fresh -> new Destination<>(
              broker, task, new Encoder<>(task, codec, maxPayload, broker.time())));
    }
    return (Destination<P>) known;
  }
}
