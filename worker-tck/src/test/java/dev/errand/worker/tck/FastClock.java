package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;

/** Fault: the clock runs ten times too fast. */
final class FastClock extends ForwardingBroker {
  FastClock(Broker real) {
    super(real);
  }

  @Override
  public Time time() {
    return new ForwardingTime(super.time()) {
      @Override
      public long nanoTime() {
        return 10 * super.nanoTime();
      }

      @Override
      public Scheduler scheduler(String threadName) {
        Scheduler slow = super.scheduler(threadName);
        return new Scheduler() {
          @Override
          public void after(Duration delay, Runnable action) {
            slow.after(delay.dividedBy(10), action);
          }

          @Override
          public void close() {
            slow.close();
          }
        };
      }
    };
  }
}
