package dev.errand.errors;

import static java.util.concurrent.TimeUnit.SECONDS;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.errand.broker.PublishException;
import dev.errand.broker.TopologyException;
import dev.errand.worker.WorkerEvent;
import dev.errand.worker.WorkerListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sees one failure happen, whether it is thrown or told by a worker, and how long it took. */
final class Witness implements WorkerListener {
  /*
   * A worker logs an event on the thread that then tells its listeners, so the line of an event that is heard is the last one of that thread.
   */
  private static final int PATIENCE_SECONDS = 30;

  private final String expected;
  private final ConcurrentMap<Thread, ILoggingEvent> lastLines = new ConcurrentHashMap<>();
  private final CompletableFuture<Told> told = new CompletableFuture<>();
  private final Queue<ILoggingEvent> lines = new ConcurrentLinkedQueue<>();
  private volatile @Nullable String awaited;
  private volatile long since = System.nanoTime();

  /** @param expected the simple name of the exception or the event, or the level of the line */
  Witness(String expected) {
    this.expected = expected;
  }

  /** What fails. */
  @FunctionalInterface
  interface Attempt {
    void run() throws Exception;
  }

  /** Runs what is to fail; the time is this call's. */
  void tries(Attempt attempt) {
    since = System.nanoTime();
    try {
      attempt.run();
    } catch (Exception thrown) {
      told.complete(new Told(
          "`" + thrown.getClass().getSimpleName() + "`" + reason(thrown),
          String.valueOf(thrown.getMessage()),
          trace(thrown),
          elapsed()));
      if (!expected.equals(thrown.getClass().getSimpleName())) {
        throw new AssertionError("expected was " + expected, thrown);
      }
    }
  }

  private static String reason(Exception thrown) {
    if (thrown instanceof PublishException refused) {
      return " `" + refused.reason() + "`";
    }
    return thrown instanceof TopologyException refused ? " `" + refused.reason() + "`" : "";
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /** The time is counted from here. */
  void begins() {
    since = System.nanoTime();
  }

  /** Waits until a worker has told the expected event. */
  void hears() throws InterruptedException, ExecutionException, TimeoutException {
    told.get(PATIENCE_SECONDS, SECONDS);
  }

  @Override
  public void on(WorkerEvent event) {
    ILoggingEvent line = lastLines.get(Thread.currentThread());
    if (expected.equals(event.getClass().getSimpleName()) && line != null) {
      told.complete(
          toldBy("`WorkerEvent." + expected + "`, `" + line.getLevel() + "` in the log", line));
    }
  }

  private Told toldBy(String by, ILoggingEvent line) {
    String message = line.getFormattedMessage();
    return new Told(
        by, message, message + ThrowableProxyUtil.asString(line.getThrowableProxy()), elapsed());
  }

  /** Waits until a line of the expected level begins so. */
  void reads(String beginning) throws InterruptedException, ExecutionException, TimeoutException {
    awaited = beginning;
    lines.forEach(this::read);
    told.get(PATIENCE_SECONDS, SECONDS);
  }

  private void read(ILoggingEvent line) {
    String beginning = awaited;
    if (beginning != null
        && expected.equals(line.getLevel().toString())
        && line.getFormattedMessage().startsWith(beginning)) {
      told.complete(toldBy("`" + line.getLevel() + "` in the log", line));
    }
  }

  /** An appender by which this sees the lines of the log. */
  AppenderBase<ILoggingEvent> reader() {
    return new AppenderBase<>() {
      @Override
      protected void append(ILoggingEvent line) {
        lastLines.put(Thread.currentThread(), line);
        lines.add(line);
        read(line);
      }
    };
  }

  /** What was told. */
  Told told() {
    return told.getNow(new Told("nothing", "", "", Duration.ZERO));
  }
}
