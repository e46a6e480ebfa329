package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;

/** Fault: what time it is, is two hours late. */
final class LateClock extends ForwardingBroker {
  LateClock(Broker real) {
    super(real);
  }

  @Override
  public Time time() {
    return new ForwardingTime(super.time()) {
      @Override
      public Instant instant() {
        return super.instant().minus(Duration.ofHours(2));
      }
    };
  }
}
