package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import java.time.Duration;
import java.util.Optional;

/** A broker whose server is said to take a consumer for lost after this time. */
final class Impatient extends ForwardingBroker {
  private final Duration consumerTimeout;

  Impatient(Broker real, Duration consumerTimeout) {
    super(real);
    this.consumerTimeout = consumerTimeout;
  }

  @Override
  public Capabilities capabilities() {
    Capabilities found = super.capabilities();
    return new Capabilities(
        found.server(),
        found.maxBodyBytes(),
        found.maxDelay(),
        found.delayStep(),
        found.durability(),
        found.priorities(),
        Optional.of(consumerTimeout));
  }
}
