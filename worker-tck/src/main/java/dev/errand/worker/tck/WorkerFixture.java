package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.time.Time;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.time.Duration;
import java.util.List;

/**
 * What a backend supplies to run the contract of a worker: brokers that lead to one server. One
 * fixture serves one case; the server behind may be shared by all, as names are unique per case.
 * Called from the case's thread only.
 */
public interface WorkerFixture extends AutoCloseable {
  /** Name and version of the backend, for reports, such as {@code RabbitMQ 3.10.8}. */
  String backend();

  /**
   * The time that brokers of {@link #open} run on. If it is a {@link dev.errand.time.ManualTime},
   * the cases move it while they wait.
   */
  Time time();

  /**
   * How much later than due a delayed job may arrive, on that time: the backend's own tolerance and
   * the machine's.
   */
  Duration lateness();

  /** Opens another broker to the server. The case closes it. */
  Broker open();

  /** Starts the worker that a case described. Only who tests the cases themselves does more. */
  default Worker start(WorkerBuilder described) {
    return described.start();
  }

  /**
   * What the brokers of this fixture left behind, one line each: connections, channels. Asked when
   * all of them are closed, again for a while as long as something is left. Threads named
   * {@code errand-} are found by the kit itself.
   */
  List<String> leftovers();

  /** Gives the server back, with or without the case's queues. */
  @Override
  void close();
}
