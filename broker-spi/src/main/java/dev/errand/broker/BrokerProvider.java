package dev.errand.broker;

import dev.errand.time.Time;
import java.util.Set;

/**
 * How a backend is found: registered with {@link java.util.ServiceLoader}, stateless, cheap to
 * create, thread-safe.
 */
public interface BrokerProvider {
  /** The address schemes it serves, in lower case, such as {@code amqp} and {@code amqps}. */
  Set<String> schemes();

  /**
   * Opens a broker, as {@link Broker#open(String, Time)} says. No exception nor {@code toString}
   * shows the address's password.
   *
   * @param address with one of the {@link #schemes()}
   * @throws IllegalArgumentException when the address is malformed; the message has the faulty
   *     value and the remedy
   */
  Broker open(String address, Time time);
}
