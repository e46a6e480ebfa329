package dev.errand.broker.tck;

import dev.errand.broker.Broker;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;

/**
 * What a backend supplies to run the contract: brokers that lead to one server, and ways to break
 * that server as these brokers see it. One fixture serves one case; the server behind may be shared
 * by all, as names are unique per case. Called from the case's thread only.
 */
public interface BrokerFixture extends AutoCloseable {
  /** Name and version of the backend, for reports, such as {@code RabbitMQ 3.10.8}. */
  String backend();

  /**
   * The time that brokers of {@link #open} run on. If it is a {@link dev.errand.time.ManualTime},
   * the cases move it while they wait.
   */
  Time time();

  /**
   * Opens another broker to the server under test, through whatever {@link #server()} breaks.
   * Returns at once, whether the server is up or not. The case closes it.
   *
   * @param publishTimeout its publish time-out, of 100 ms to 10 minutes
   */
  Broker open(Duration publishTimeout);

  /** The server, to be broken. */
  ServerFaults server();

  /**
   * What the brokers of this fixture left behind, one line each: connections, channels. Asked when
   * all of them are closed and no fault lasts; empty when all is clean. May wait a moment for a
   * server that counts late. Threads named {@code errand-} are found by the kit itself.
   */
  List<String> leftovers();

  /**
   * Lines that the backend logged above INFO since this fixture was made, but for those that a
   * fault of {@link #server()} or a refusal that the case provoked explains.
   */
  List<String> unexpectedLogLines();

  /** Ends all faults and gives the server back, with or without the case's queues. */
  @Override
  void close();
}
