package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.rabbitmq.client.Connection;
import dev.errand.broker.UnavailableException;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.ManualTime;
import dev.errand.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Connecting again, on a clock that stands between the attempts. */
class LinkTest {
  private final ManualTime time = ManualTime.create();
  private final Threads threads = new Threads();
  private final Scheduler timer = time.scheduler(threads.name("timer"));
  private final Loop loop = new Loop(threads, "publish", timer);
  private final Failing tenant = new Failing();
  private final Link link = new Link(
      "publish",
      // Its own time-out would be among the timer's actions.
      RabbitAddress.parse(RabbitServer.shared().address() + "?connect-timeout=10m"),
      threads,
      loop,
      tenant);
  private final Logger logger = (Logger) LoggerFactory.getLogger(Link.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void close() throws Exception {
    link.close(Trouble.CLOSED);
    timer.close();
    logger.detachAppender(log);
  }

  /** Cannot do the last step while it is told so. */
  private static final class Failing implements Link.Tenant {
    private final BlockingQueue<Trouble> told = new LinkedBlockingQueue<>();
    private volatile boolean fails = true;

    @Override
    public Link.LastStep connected(Connection connection) {
      return () -> {
        if (fails) {
          throw new IOException("no channel is left");
        }
      };
    }

    @Override
    public void disconnected(Trouble reason) {
      told.add(reason);
    }

    private Trouble next() throws InterruptedException {
      Trouble next = told.poll(10, SECONDS);
      assertThat(next).as("told within 10 s").isNotNull();
      return next;
    }
  }

  /** Returns when the loop has done what it was given. */
  private void settled() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> done.complete(null));
    assertThat(done).succeedsWithin(Duration.ofSeconds(10));
  }

  private List<String> warnings() {
    return log.list.stream()
        .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void lastStep_thatKeepsFailing_isTriedEverLaterAndToldOnce() throws Exception {
    List<Duration> pauses = new ArrayList<>();
    link.start();
    for (int attempt = 1; attempt <= 6; attempt++) {
      assertThat(tenant.next().what())
          .endsWith("not what is to stand on it. The reason: no channel is left");
      settled();
      pauses.add(time.untilNext().orElseThrow());
      time.advance(pauses.get(attempt - 1));
    }
    tenant.next();
    settled();

    // By chance up to half more or less: 100 ms at first, 2 s in the end.
    assertThat(pauses.get(0)).isLessThanOrEqualTo(Duration.ofMillis(150));
    assertThat(pauses.get(5)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(link.reason().what()).endsWith("no channel is left");
    assertThat(warnings()).singleElement().asString().contains("no channel is left");
    assertThatThrownBy(() -> link.ready(Duration.ZERO))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no channel is left");

    tenant.fails = false;
    time.advance(time.untilNext().orElseThrow());
    link.ready(Duration.ofSeconds(10));
  }
}
