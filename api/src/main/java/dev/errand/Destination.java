package dev.errand;

import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.UNROUTABLE;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.retry.Causes;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Where one client's jobs of one task go, and whether that is known to stand on the broker.
 * Declared at the first use, and again after something turned out to be missing.
 */
final class Destination<P> {
  /**
   * Longer than an answer to a declaration takes; a connection lost meanwhile is the publish's to
   * report.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final CompletableFuture<Void> DECLARED = CompletableFuture.completedFuture(null);

  private final Broker broker;
  private final Home<P> home;
  private final Topology[] parts;
  private final Encoder<P> encoder;
  private final String task;
  // Two threads may both find it false and declare: that is idempotent.
  private volatile boolean standing;

  Destination(Broker broker, Task<P> task, Encoder<P> encoder) {
    this.broker = broker;
    this.home = task.home();
    this.parts = home.topology().toArray(Topology[]::new);
    this.encoder = encoder;
    this.task = task.name();
  }

  Publication encode(P payload, EnqueueOptions options) {
    checkPriority(options.priority());
    return encoder.encode(payload, options);
  }

  /**
   * Declares if need be, and hands over.
   *
   * @throws RuntimeException when it cannot be declared; nothing was sent
   */
  Sent publish(Publication publication) {
    CompletableFuture<Void> declared = standing ? DECLARED : declare();
    Receipt receipt = new Receipt(publication.message().id(), task);
    CompletableFuture<Receipt> answer = new CompletableFuture<>();
    CompletableFuture<Void> unusedChain = handOver(publication).whenComplete((none, error) -> {
      if (error == null) {
        answer.complete(receipt);
      } else {
        answer.completeExceptionally(refusal(publication, error, declared));
      }
    });
    return new Sent(publication, answer);
  }

  /** What lies behind an exchange is not known here: a queue without levels ignores them. */
  private void checkPriority(int level) {
    if (level == 0
        || !(home instanceof Home.ToQueue<P> to)
        || level < to.queue().priorities()) {
      return;
    }
    int levels = to.queue().priorities();
    OptionalInt possible = possibleLevels(to.queue());
    throw new IllegalArgumentException("Priority " + level + " is refused for task '" + task
        + "': its " + home
        + (levels == 0 ? " has no priority levels" : " has the levels 0 to " + (levels - 1))
        + (possible.equals(OptionalInt.of(0)) ? ". The broker has none" : "")
        + ". Nothing was sent. "
        + (possible.orElse(0) > levels
            ? "Give the task's queue more by Queue.priorities, or leave the priority out."
            : "Leave the priority out, and give what is urgent a queue of its own."));
  }

  /** Empty where the broker, not connected yet, cannot tell. */
  private OptionalInt possibleLevels(Queue queue) {
    try {
      return OptionalInt.of(broker.capabilities().priorities().getOrDefault(queue.durability(), 0));
    } catch (UnavailableException unknown) {
      return OptionalInt.empty();
    }
  }

  /** A broker does not throw here; after one that does, the job may be there all the same. */
  private CompletableFuture<Void> handOver(Publication publication) {
    try {
      return broker.publish(publication);
    } catch (RuntimeException fault) {
      return CompletableFuture.failedFuture(fault);
    }
  }

  private BrokerException refusal(
      Publication publication, Throwable error, CompletableFuture<Void> declared) {
    Throwable cause = Causes.unwrapped(error);
    if (!(cause instanceof PublishException refused)) {
      return new PublishException(
          OUTCOME_UNKNOWN,
          publication,
          "The broker failed in a way it does not state (" + cause + ")",
          "Look at the cause, and publish it again where its handler may run twice",
          cause);
    }
    if (refused.reason() == UNROUTABLE) {
      standing = false;
      TopologyException lack = refusalOf(declared);
      return lack == null ? refused : lack;
    }
    return refused;
  }

  /**
   * Why it was not declared, where the connection came after {@link #declare} had given up: then
   * this came before the publish was let through. Null where it was, or has not been answered.
   */
  private static @Nullable TopologyException refusalOf(CompletableFuture<Void> declared) {
    try {
      declared.getNow(null);
      return null;
    } catch (CompletionException failed) {
      return failed.getCause() instanceof TopologyException refused ? refused : null;
    }
  }

  /**
   * Waits for the answer only where there is a connection to answer on. Without one the publish
   * waits, bounded, and a connection that comes meanwhile has what was declared before.
   *
   * @return the declaration, which may be answered later
   */
  private CompletableFuture<Void> declare() {
    CompletableFuture<Void> declared = broker.declare(parts);
    try {
      if (!declared.isDone()) {
        broker.ready(Duration.ZERO);
      }
      declared.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      standing = true;
    } catch (UnavailableException | TimeoutException unanswered) {
      // The publish that follows fails of the same, and says why.
      return declared;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof UnavailableException) {
        return declared;
      }
      if (refused.getCause() instanceof TopologyException cause) {
        throw cause.here();
      }
      if (refused.getCause() instanceof BrokerException cause) {
        throw cause;
      }
      throw new IllegalStateException(
          "The broker failed to declare the " + home + " of task '" + task
              + "'. Nothing was sent. Look at the cause.",
          refused.getCause());
    }
    return declared;
  }
}
