package dev.errand.broker;

import dev.errand.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to a message broker that heals itself. Whatever was declared and subscribed through
 * it is declared and subscribed again after every reconnection, by one owner, in the order
 * exchanges, queues, bindings, consumers. Thread-safe.
 *
 * <p>While not connected: {@code declare} remembers at once and completes with the next connection,
 * however late; a subscription is {@link Subscription.State#RECOVERING}; {@code publish} waits in
 * the call (so nothing piles up) and {@code inspect} in its future, up to the publish time-out,
 * then they fail as unavailable with the last reason. After {@link #close()} {@code publish} fails
 * with {@link PublishException.Reason#UNAVAILABLE}, all else with {@link UnavailableException}.
 */
public interface Broker extends AutoCloseable {
  /**
   * Opens the broker that an address names: {@code memory:demo},
   * {@code amqp://user:password@host/vhost}. Finds the backend by {@link java.util.ServiceLoader},
   * checks the address and returns at once; the backend connects by itself, and again after each
   * loss.
   *
   * @throws IllegalArgumentException when the address is malformed, or no backend on the class path
   *     serves it; the message lists those that were found
   * @throws NullPointerException when the address is null, as of a variable that is not set
   */
  static Broker open(String address) {
    return open(address, Time.system());
  }

  /**
   * As {@link #open(String)}, on the given time.
   *
   * @throws IllegalArgumentException as {@link #open(String)}
   * @throws NullPointerException as {@link #open(String)}
   */
  static Broker open(String address, Time time) {
    return Providers.serving(address).open(address, time);
  }

  /**
   * Waits until connected. Fails at once, not at the deadline, when the server refuses us for good:
   * credentials, virtual host, certificate.
   *
   * @param atMost zero or negative asks without waiting
   * @throws UnavailableException with the last reason
   */
  void ready(Duration atMost);

  /**
   * What the server connected last can do. Constant between two reconnections; never blocks.
   *
   * @throws UnavailableException before the first connection, and after {@link #close()}
   */
  Capabilities capabilities();

  /** The time this broker runs on; whatever is built on the broker uses it too. */
  Time time();

  /**
   * Makes sure that the parts exist, now and after every reconnection. Idempotent, and cheap when
   * nothing is new; a part that a return, a cancelled consumer or a closed channel showed to be
   * missing is new again. A binding's queue and exchange, and a queue's overflow, stand in the same
   * call or were declared before. Nothing is ever deleted, nor declared that was not asked for, but
   * the backend's own delay and parking parts; with {@link Declaring#CHECK} in the address nothing
   * is declared at all. Never blocks.
   *
   * <p>The future fails with {@link TopologyException}, which names the part, the argument, the
   * wanted and the found value.
   */
  CompletableFuture<Void> declare(Topology... parts);

  /**
   * Gives a message to the broker, persistent. The future completes once the broker holds it safely
   * and has put it into at least one queue. With a delay: once it holds it for a queue or an
   * exchange that exists; whether a binding matches shows when it is due, and where none does, or a
   * queue behind it refuses it, it is parked in {@link Queue#UNROUTABLE}. It fails with
   * {@link PublishException}, which says whether to repeat is safe. Messages of one thread to one
   * queue keep their order.
   *
   * <p>May wait for room among the unconfirmed, and at a destination's first use on a connection
   * for a round trip, never for the confirmation; never throws. Nothing is sent a second time by
   * itself. The answer to a call that waits never passes through the thread that runs dependent
   * actions of another future, so these may publish and wait.
   */
  CompletableFuture<Void> publish(Publication publication);

  /**
   * Starts to consume a queue, and goes on after every reconnection until the subscription is
   * closed. Returns at once; the subscription's state tells when deliveries flow. At most
   * {@code prefetch} deliveries are unsettled at any moment.
   *
   * @param prefetch 1 to 1000
   * @throws IllegalArgumentException when the prefetch is out of range
   * @throws UnavailableException after {@link #close()}
   */
  Subscription subscribe(String queue, int prefetch, Receiver receiver);

  /**
   * Counts a queue and shows up to {@code head} messages from its front, which stay. A broker may
   * count a look as a return, so a head above 0 is for queues that no worker consumes (dead
   * letters); their delivery limit allows for it. Never blocks.
   *
   * <p>The future fails with {@link TopologyException} when there is no such queue,
   * {@link UnavailableException} when the broker does not answer in time.
   *
   * @throws IllegalArgumentException when {@code head} is negative
   */
  CompletableFuture<QueueReport> inspect(String queue, int head);

  /**
   * Closes the subscriptions, waits for outstanding confirmations up to the publish time-out,
   * disconnects. Blocks, but not when called from one of the broker's own callbacks; idempotent;
   * after it nothing of the backend runs.
   */
  @Override
  void close();
}
