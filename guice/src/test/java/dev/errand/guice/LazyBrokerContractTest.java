package dev.errand.guice;

import dev.errand.broker.Broker;
import dev.errand.broker.inmemory.Faults;
import dev.errand.broker.tck.BrokerContract;
import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.broker.tck.kit.Offer;
import dev.errand.broker.tck.kit.ServerFaults;
import dev.errand.time.ManualTime;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What is put before a broker changes nothing of it. */
final class LazyBrokerContractTest extends BrokerContract {
  @Override
  protected BackendFixture openFixture() {
    return new LazyFixture();
  }

  /** Brokers in memory, each opened at its first use. */
  private static final class LazyFixture implements BackendFixture, ServerFaults {
    private final Time time = ManualTime.create();
    private final String address = "memory:" + UUID.randomUUID();
    private final Queue<Broker> opened = new ConcurrentLinkedQueue<>();
    /** Keeps the server alive, and its faults at hand. */
    private final Broker first = Broker.open(address, time);

    @Override
    public String backend() {
      return "in memory, opened at the first use";
    }

    @Override
    public Set<Offer> offers() {
      return Set.of();
    }

    @Override
    public Duration lateness() {
      return Duration.ofSeconds(5);
    }

    @Override
    public Time time() {
      return time;
    }

    @Override
    public Broker open(Duration publishTimeout) {
      String timely = address + "?publish-timeout=" + publishTimeout.toMillis() + "ms";
      return new LazyBroker(time, given -> {
        Broker broker = Broker.open(timely, given);
        opened.add(broker);
        return broker;
      });
    }

    @Override
    public ServerFaults server() {
      return this;
    }

    @Override
    public List<String> leftovers() {
      return List.of();
    }

    @Override
    public List<String> unexpectedLogLines() {
      return List.of();
    }

    @Override
    public void close() {
      first.close();
    }

    @Override
    public void cutConnections() {
      opened.forEach(broker -> Faults.of(broker).cut());
    }

    @Override
    public void closeConsumingChannels() {
      opened.forEach(broker -> Faults.of(broker).cancelConsumers());
    }

    @Override
    public void stop() {
      Faults.of(first).serverDown();
    }

    @Override
    public void start() {
      Faults.of(first).serverUp();
    }

    @Override
    public void restart() {
      stop();
      start();
    }

    @Override
    public void holdAnswers() {
      Faults.of(first).holdConfirms();
    }

    @Override
    public void flow() {
      Faults.of(first).releaseConfirms();
    }
  }
}
