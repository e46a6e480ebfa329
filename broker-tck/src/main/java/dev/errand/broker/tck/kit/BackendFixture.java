package dev.errand.broker.tck.kit;

import dev.errand.broker.Broker;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a backend supplies to run the contracts: brokers that lead to one server, and ways to break
 * that server as these brokers see it. One fixture serves one case; the server behind may be shared
 * by all, as names are unique per case. Called from the case's thread only.
 */
public interface BackendFixture extends AutoCloseable {
  /** Name and version of the backend, for reports, such as {@code RabbitMQ 3.10.8}. */
  String backend();

  /** What of {@link Offer} the backend offers. */
  Set<Offer> offers();

  /**
   * Whether {@link dev.errand.broker.Delivery#replace} is one step of the server, so that a crash
   * leaves either the original or its copy. Elsewhere it leaves both: the copy was not confirmed.
   */
  default boolean replacesInOneStep() {
    return false;
  }

  /**
   * The time that brokers of {@link #open} run on. If it is a {@link dev.errand.time.ManualTime},
   * the cases move it while they wait.
   */
  Time time();

  /**
   * How much later than due a delayed message may arrive, on that time: the backend's own tolerance
   * and the machine's.
   */
  Duration lateness();

  /**
   * Opens another broker to the server under test, through whatever {@link #server()} breaks.
   * Returns at once, whether the server is up or not. The case closes it.
   */
  Broker open(Opening how);

  /**
   * Opens a broker of a user who may neither declare nor publish to what has a name that begins so,
   * and may do everything else. Called with {@link Offer#PERMISSIONS} only.
   *
   * @throws UnsupportedOperationException unless the backend offers it
   */
  default Broker openRestricted(String forbiddenPrefix) {
    throw new UnsupportedOperationException("Permissions are not offered.");
  }

  /**
   * Opens brokers that the server refuses until someone acts, such as one with a wrong password and
   * one with a virtual host that is not there. Each stands under words that say why, which its
   * failures must have. Called with {@link Offer#CREDENTIALS} only.
   *
   * @throws UnsupportedOperationException unless the backend offers it
   */
  default Map<String, Broker> openRefused() {
    throw new UnsupportedOperationException("Credentials are not offered.");
  }

  /** Twice the heartbeat of a broker that is {@link Opening.Kind#WATCHFUL}. */
  Duration silence();

  /** What the addresses of these brokers hold and must never be shown: passwords. May be empty. */
  Set<String> secrets();

  /** All that the backend logged since this fixture was made. */
  List<String> logLines();

  /** The server, to be broken. */
  ServerFaults server();

  /**
   * What stands on the server now, one line for each, the backend's own parts included; empty where
   * the backend has nothing of this kind. Bypasses whatever {@link #server()} breaks.
   */
  List<String> inventory(Part kind);

  /**
   * What the brokers of this fixture left behind, one line each: connections, channels. Asked when
   * all of them are closed and no fault lasts. A server notices a closed connection late, so wait
   * for it here, some seconds at most. Threads are found by the kits themselves.
   */
  List<String> leftovers();

  /**
   * What the names of threads begin with that all brokers of this process share and none ends, such
   * as a driver's timer. Any other thread that was not there when the case began, and is there when
   * this fixture is closed, fails the case; those of the JDK, JUnit and Surefire are known.
   */
  default Set<String> sharedThreads() {
    return Set.of();
  }

  /**
   * Lines that the backend logged above INFO since this fixture was made, but for those that a
   * fault of {@link #server()} or a refusal that the case provoked explains. A line that has the
   * message of what a case's receiver threw need not be left out: the kit does that.
   */
  List<String> unexpectedLogLines();

  /** Ends all faults and gives the server back, with or without the case's queues. */
  @Override
  void close();
}
