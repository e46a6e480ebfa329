package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;

/** Fault: whoever wants to be called later never is. */
final class NeverTicks extends ForwardingBroker {
  NeverTicks(Broker real) {
    super(real);
  }

  @Override
  public Time time() {
    return new ForwardingTime(super.time()) {
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
}
