package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.time.Scheduler;
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
    Time real = super.time();
    return new Time() {
      @Override
      public Instant instant() {
        return real.instant().minus(Duration.ofHours(2));
      }

      @Override
      public long nanoTime() {
        return real.nanoTime();
      }

      @Override
      public Scheduler scheduler(String threadName) {
        return real.scheduler(threadName);
      }
    };
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return delivery;
  }
}
