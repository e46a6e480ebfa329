package dev.errand.time;

import java.time.Instant;

/** The JVM's own clocks: the one place that asks for them. */
enum SystemTime implements Time {
  INSTANCE;

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Scheduler scheduler(String threadName) {
    return new ThreadScheduler(threadName);
  }
}
