package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;

/** Fault: the clock runs ten times too fast. */
final class FastClock extends ForwardingBroker {
  FastClock(Broker real) {
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
        return 10 * real.nanoTime();
      }

      @Override
      public Scheduler scheduler(String threadName) {
        Scheduler slow = real.scheduler(threadName);
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

  @Override
  Delivery delivered(Delivery delivery) {
    return delivery;
  }
}
