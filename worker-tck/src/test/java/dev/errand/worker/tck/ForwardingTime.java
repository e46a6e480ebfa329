package dev.errand.worker.tck;

import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Instant;

/** A time that goes as another does, but for what a subclass says. */
abstract class ForwardingTime implements Time {
  private final Time real;

  ForwardingTime(Time real) {
    this.real = real;
  }

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
    return real.scheduler(threadName);
  }
}
