package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;

/** Fault: whoever wants to be called later never is. */
final class NeverTicks extends ForwardingBroker {
  NeverTicks(Broker real) {
    super(real);
  }

  @Override
  public Time time() {
    Time real = super.time();
    return new Time() {
      @Override
      public Instant instant() {
        return real.instant();
      }

      @Override
      public long nanoTime() {
        return real.nanoTime();
      }

      @Override
      public Scheduler scheduler(String threadName) {
        return new Scheduler() {
          @Override
          public void after(Duration delay, Runnable action) {}

          @Override
          public void close() {}
        };
      }
    };
  }

  @Override
  Delivery delivered(Delivery delivery) {
    return delivery;
  }
}
