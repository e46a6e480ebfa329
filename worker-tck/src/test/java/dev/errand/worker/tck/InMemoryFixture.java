package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.time.ManualTime;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A broker in memory, on a clock that the cases move. */
class InMemoryFixture implements WorkerFixture {
  private final ManualTime time = ManualTime.create();
  private final String address = "memory:" + UUID.randomUUID();
  // What lies in memory lives as long as one handle is open.
  private final Broker keeper = Broker.open(address, time);

  @Override
  public String backend() {
    return "in memory";
  }

  @Override
  public Time time() {
    return time;
  }

  /** The clock runs on while a thread wakes up. */
  @Override
  public Duration lateness() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Broker open() {
    return Broker.open(address, time);
  }

  @Override
  public List<String> leftovers() {
    return List.of();
  }

  @Override
  public void close() {
    keeper.close();
  }
}
