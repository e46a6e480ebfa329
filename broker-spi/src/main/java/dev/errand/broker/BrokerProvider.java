package dev.errand.broker;

import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How a backend is found: registered with {@link java.util.ServiceLoader}, stateless, cheap to
 * create, thread-safe.
 */
public interface BrokerProvider {
  /** The publish time-out of {@link Broker}, which each backend takes as a parameter. */
  Setting<Duration> PUBLISH_TIMEOUT = Setting.time(
          "publish-timeout", Duration.ofMillis(100), Duration.ofMinutes(10))
      .bounding("how long a publish waits for a connection, for room and for the broker's answer")
      .defaultsTo(
          Duration.ofSeconds(30),
          "outlasts a server's restart or failover, and still answers the caller");

  /** What {@link Broker#declare} does, which each backend takes as a parameter. */
  Setting<Declaring> DECLARE = Setting.choice("declare", Declaring.class)
      .bounding(
          "whether queues, exchanges and bindings that are missing are made, or only checked and reported")
      .defaultsTo(
          Declaring.MAKE, "either side may come first; check where somebody else owns them");

  /** All backends on the class path. */
  static List<BrokerProvider> installed() {
    return Providers.installed();
  }

  /**
   * The backend that serves an address.
   *
   * @throws IllegalArgumentException when the address has no scheme, or no backend on the class
   *     path serves it; the message lists those that were found
   */
  static BrokerProvider serving(String address) {
    return Providers.serving(address);
  }

  /** The address schemes it serves, in lower case, such as {@code amqp} and {@code amqps}. */
  Set<String> schemes();

  /** What its addresses take as parameters. Constant. */
  List<Setting<?>> settings();

  /**
   * Refuses an address that {@link #open} would refuse, without opening anything.
   *
   * @param address with one of the {@link #schemes()}
   * @throws IllegalArgumentException as {@link #open}
   */
  void check(String address);

  /**
   * Opens a broker, as {@link Broker#open(String, Time)} says. No exception nor {@code toString}
   * shows the address's password.
   *
   * @param address with one of the {@link #schemes()}
   * @throws IllegalArgumentException when the address is malformed; the message has the faulty
   *     value and the remedy, and of its parameters all that are faulty
   */
  Broker open(String address, Time time);
}
