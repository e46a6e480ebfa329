package dev.errand.broker.rabbit;

import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.REJECTED;
import static dev.errand.broker.PublishException.Reason.UNAVAILABLE;
import static dev.errand.broker.PublishException.Reason.UNROUTABLE;

import dev.errand.broker.Capabilities;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import dev.errand.broker.TopologyException;
import dev.errand.time.DurationText;
import dev.errand.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The way of one message to a channel: waits for an epoch, finds its exchange and key, proves what
 * is new, hands over.
 */
final class Publisher {
  private final Gate gate;
  private final Supplier<Capabilities> capabilities;
  private final Time time;
  private final Duration timeout;
  private final Runnable afterAnswers;
  private final Consumer<String> relays;

  /**
   * Of one broker.
   *
   * @param relays is told each exchange before a message is delayed through it
   */
  Publisher(
      Gate gate,
      Supplier<Capabilities> capabilities,
      Time time,
      Duration timeout,
      Runnable afterAnswers,
      Consumer<String> relays) {
    this.gate = gate;
    this.capabilities = capabilities;
    this.time = time;
    this.timeout = timeout;
    this.afterAnswers = afterAnswers;
    this.relays = relays;
  }

  /** When a publish that begins now gives up waiting. */
  long deadline() {
    return time.nanoTime() + timeout.toNanos();
  }

  /**
   * Hands a message over, or waits until it can.
   *
   * @throws PublishException when it is refused before anything was sent; the confirm is told
   *     nothing then
   */
  void publish(Confirm confirm) {
    Publication publication = confirm.publication();
    try {
      long deadline = deadline();
      gate.await(publication, deadline);
      capabilities.get().check(publication);
      send(confirm, deadline, false);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new PublishException(
          UNAVAILABLE,
          publication,
          "The thread was interrupted while it waited for the connection, or for room",
          "Publish it again on a thread that is not interrupted",
          interrupted);
    }
  }

  /** As {@link #publish}, on the channel of copies and without the limit on the body. */
  void copy(Confirm confirm, long deadline) throws InterruptedException {
    try {
      gate.await(confirm.publication(), deadline);
      capabilities.get().checkCopy(confirm.publication());
      send(confirm, deadline, true);
    } catch (PublishException refused) {
      confirm.failed(refused);
    }
  }

  private void send(Confirm confirm, long deadline, boolean copy) throws InterruptedException {
    Publication publication = confirm.publication();
    ConfirmChannel.Handed handed = ConfirmChannel.Handed.CLOSED;
    // Closed means that nothing was sent: the next epoch is another chance.
    while (handed == ConfirmChannel.Handed.CLOSED) {
      Epoch epoch = gate.await(publication, deadline);
      Address address;
      try {
        address = address(epoch, publication);
      } catch (IOException lost) {
        leave(epoch, publication, deadline);
        continue;
      }
      if (address.exchange().isEmpty() || epoch.proven().contains(address.exchange())) {
        handed = hand(epoch, confirm, address, deadline, copy);
      } else {
        handed = prove(epoch, confirm, address, deadline);
      }
    }
    if (handed == ConfirmChannel.Handed.NO_ROOM) {
      throw new PublishException(
          UNAVAILABLE,
          publication,
          "There was no room among the unanswered messages within " + DurationText.of(timeout),
          "Look why the server answers slowly, or raise 'window' in the address",
          null);
    }
  }

  private ConfirmChannel.Handed hand(
      Epoch epoch, Confirm confirm, Address address, long deadline, boolean copy)
      throws InterruptedException {
    if (copy && isThrough(confirm.publication())) {
      return handThrough(epoch, confirm, address, deadline);
    }
    ConfirmChannel channel = copy ? epoch.copies() : epoch.publishes();
    ConfirmChannel.Handed handed = channel.publish(confirm, address, deadline);
    if (handed == ConfirmChannel.Handed.CLOSED) {
      leave(epoch, confirm.publication(), deadline);
    }
    return handed;
  }

  private static boolean isThrough(Publication publication) {
    return publication.route() instanceof Route.ToExchange && !publication.delayed();
  }

  /** On the exchange's own channel; when that is closed, the exchange is to be proven again. */
  private ConfirmChannel.Handed handThrough(
      Epoch epoch, Confirm confirm, Address address, long deadline) throws InterruptedException {
    ConfirmChannel channel;
    try {
      channel = epoch.through().to(address.exchange());
    } catch (IOException | RuntimeException lost) {
      leave(epoch, confirm.publication(), deadline);
      return ConfirmChannel.Handed.CLOSED;
    }
    ConfirmChannel.Handed handed = channel.publish(confirm, address, deadline);
    if (handed == ConfirmChannel.Handed.CLOSED) {
      epoch.through().closed(address.exchange(), channel);
    }
    return handed;
  }

  /** Something of this epoch is closed; waits until the gate knows. */
  private void leave(Epoch epoch, Publication publication, long deadline)
      throws InterruptedException {
    try {
      epoch.over().get(Math.max(0, deadline - time.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new PublishException(
          UNAVAILABLE,
          publication,
          "The publishing channel is closed, and no other was to be had",
          "Look into the server's log",
          null);
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Not one of our own parts on the way there. */
  private static boolean isDestinationMissing(Route route, TopologyException refused) {
    String destination = route instanceof Route.ToExchange through
        ? "exchange '" + through.exchange() + "'"
        : "queue '" + ((Route.ToQueue) route).queue() + "'";
    return refused.reason() == TopologyException.Reason.MISSING
        && refused.part().equals(destination);
  }

  private Address address(Epoch epoch, Publication publication) throws IOException {
    Route route = publication.route();
    if (!publication.delayed()) {
      return Address.now(route);
    }
    DelayKey key = DelayKey.of(publication.delay());
    try {
      epoch.delays().prepare(key, route);
    } catch (TopologyException refused) {
      if (isDestinationMissing(route, refused)) {
        throw new PublishException(
            UNROUTABLE,
            publication,
            "There is no " + refused.part() + " to delay it for",
            refused.remedy(),
            refused);
      }
      throw new PublishException(
          REJECTED,
          publication,
          "The delay of " + DurationText.of(publication.delay()) + " cannot be had. "
              + refused.problem(),
          refused.remedy(),
          refused);
    }
    if (route instanceof Route.ToExchange through) {
      relays.accept(through.exchange());
    }
    return Address.later(key, route);
  }

  /**
   * The first message to an exchange goes alone: a missing or forbidden one closes the channel
   * under everyone's confirms.
   */
  private ConfirmChannel.Handed prove(Epoch epoch, Confirm confirm, Address address, long deadline)
      throws InterruptedException {
    ConfirmChannel alone;
    try {
      alone = ConfirmChannel.open(epoch.connection(), 1, time, afterAnswers);
    } catch (IOException | RuntimeException lost) {
      leave(epoch, confirm.publication(), deadline);
      return ConfirmChannel.Handed.CLOSED;
    }
    try {
      Proof proof = new Proof(confirm);
      ConfirmChannel.Handed handed = alone.publish(proof, address, deadline);
      if (handed == ConfirmChannel.Handed.OVER && proof.await(time, deadline)) {
        epoch.proven().add(address.exchange());
      }
      return handed;
    } finally {
      // Whatever is unanswered by now fails as unknown.
      alone.abort();
    }
  }

  /** Tells the confirm that it stands for, and whoever waits whether the exchange exists. */
  private static final class Proof extends Confirm {
    private final Confirm behind;
    private final CompletableFuture<Boolean> exists = new CompletableFuture<>();

    Proof(Confirm behind) {
      super(behind.publication());
      this.behind = behind;
    }

    @Override
    void succeeded() {
      behind.succeeded();
      exists.complete(true);
    }

    @Override
    void failed(PublishException reason) {
      behind.failed(reason);
      exists.complete(returnedBecause() != null
          || (reason.reason() != OUTCOME_UNKNOWN && reason.getCause() == null));
    }

    /** The message has left: an interrupt must not say that it has not, so it is kept for later. */
    boolean await(Time time, long deadline) {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return exists.get(Math.max(0, deadline - time.nanoTime()), TimeUnit.NANOSECONDS);
          } catch (InterruptedException kept) {
            interrupted = true;
          }
        }
      } catch (TimeoutException late) {
        return false;
      } catch (ExecutionException impossible) {
        throw new AssertionError(impossible);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
