package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Capabilities;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.broker.Route;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class CopierTest {
  private final FailingTime time = new FailingTime();
  private final Gate gate = new Gate(time, new Trouble("not connected", "Wait"));
  private final Publisher publisher = new Publisher(
      gate, CopierTest::unasked, time, Duration.ofMillis(100), () -> {}, exchange -> {});
  private final Queue<PublishException> noted = new ConcurrentLinkedQueue<>();
  private final Copier copier = new Copier(publisher, noted::add, new Threads());

  /** Fails on the copier's thread, once: the copier asks it while it waits at the gate. */
  private static final class FailingTime implements Time {
    private boolean failed;

    @Override
    public Instant instant() {
      return Time.system().instant();
    }

    @Override
    public synchronized long nanoTime() {
      if (!failed && Thread.currentThread().getName().endsWith("-copy")) {
        failed = true;
        throw new IllegalStateException("broken clock");
      }
      return Time.system().nanoTime();
    }

    @Override
    public Scheduler scheduler(String threadName) {
      return Time.system().scheduler(threadName);
    }
  }

  private static Capabilities unasked() {
    throw new AssertionError("nothing is checked before the gate is open");
  }

  private static final class Told extends Confirm {
    private final CompletableFuture<PublishException> failure = new CompletableFuture<>();

    Told(String id) {
      super(Publication.of(Message.of(id, new byte[0]).build(), Route.queue("q")));
    }

    @Override
    void succeeded() {
      failure.completeExceptionally(new AssertionError("nothing was sent"));
    }

    @Override
    void failed(PublishException reason) {
      failure.complete(reason);
    }
  }

  @Test
  void close_whileACopyWaits_tellsIt() throws Exception {
    Gate shut = new Gate(Time.system(), new Trouble("not connected", "Wait"));
    Copier patient = new Copier(
        new Publisher(
            shut,
            CopierTest::unasked,
            Time.system(),
            Duration.ofMinutes(10),
            () -> {},
            exchange -> {}),
        noted::add,
        new Threads());
    Told waits = new Told("waits");
    Told behind = new Told("behind");
    patient.add(waits);
    patient.add(behind);
    patient.close();
    assertThat(waits.failure.get(20, SECONDS).reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(behind.failure.get(20, SECONDS).reason()).isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void add_oneCopyFailsUnexpectedly_isToldAndTheNextGoesOn() throws Exception {
    Told first = new Told("first");
    Told second = new Told("second");
    copier.add(first);
    copier.add(second);
    assertThat(first.failure.get(20, SECONDS)).hasMessageContaining("broken clock");
    assertThat(second.failure.get(20, SECONDS).reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(noted).hasSize(2);
    copier.close();
  }
}
