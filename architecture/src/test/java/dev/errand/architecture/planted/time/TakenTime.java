package dev.errand.architecture.planted.time;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Takes the time, in every way that is forbidden. */
final class TakenTime {
  private TakenTime() {}

  static void threadSleep() throws InterruptedException {
    Thread.sleep(1);
  }

  static void unitSleep() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(1);
  }

  static long nanos() {
    return System.nanoTime();
  }

  static LongSupplier nanosByReference() {
    return System::nanoTime;
  }

  static long millis() {
    return System.currentTimeMillis();
  }

  static Instant instant() {
    return Instant.now();
  }

  static Supplier<Instant> instantInLambda() {
    return () -> Instant.now();
  }

  static LocalDate today(ZoneId zone) {
    return LocalDate.now(zone);
  }

  static Clock clock() {
    return Clock.systemUTC();
  }

  static Date date() {
    return new Date();
  }
}
