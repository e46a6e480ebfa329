package dev.errand.broker.inmemory;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.broker.tck.BrokerFixture;
import dev.errand.broker.tck.ServerFaults;
import dev.errand.time.ManualTime;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Brokers in memory, on a clock that the cases move. */
final class InMemoryFixture implements BrokerFixture, ServerFaults {
  private final Time time = ManualTime.create();
  private final BrokerProvider provider = new InMemoryBrokerProvider();
  private final String name = "contract-" + UUID.randomUUID();
  private final List<Broker> opened = new ArrayList<>();
  private final UnaryOperator<Broker> change;
  private final Broker own;

  /** With each broker changed, for the cases to see. */
  InMemoryFixture(UnaryOperator<Broker> change) {
    this.change = change;
    // Keeps the server alive, and its faults at hand.
    own = provider.open("memory:" + name, time);
  }

  @Override
  public String backend() {
    return "in memory";
  }

  @Override
  public Time time() {
    return time;
  }

  @Override
  public Broker open(Duration publishTimeout) {
    String address = "memory:" + name + "?publish-timeout=" + publishTimeout.toMillis() + "ms";
    Broker broker = provider.open(address, time);
    opened.add(broker);
    return change.apply(broker);
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
    own.close();
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
    Faults.of(own).serverDown();
  }

  @Override
  public void start() {
    Faults.of(own).serverUp();
  }

  @Override
  public void restart() {
    stop();
    start();
  }

  @Override
  public void holdAnswers() {
    Faults.of(own).holdConfirms();
  }

  @Override
  public void flow() {
    Faults.of(own).releaseConfirms();
  }
}
