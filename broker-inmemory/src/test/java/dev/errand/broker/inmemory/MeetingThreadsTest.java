package dev.errand.broker.inmemory;

import static dev.errand.broker.inmemory.TwoThreads.inEachOrder;
import static dev.errand.broker.inmemory.TwoThreads.inParallel;
import static dev.errand.broker.inmemory.TwoThreads.require;

import dev.errand.broker.Broker;
import dev.errand.broker.Declaring;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.SettleException;
import dev.errand.broker.Subscription;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A whole broker: publishing, delivering, settling, pausing and closing on two threads, in the
 * orders of their steps that Lincheck tries first. Where they meet without a lock is MailboxTest's.
 */
class MeetingThreadsTest {
  private static final int ORDERS = 20;
  private static final Queue QUEUE = Queue.named("q");

  /**
   * Nothing is ever due. ManualTime has comparators of the JDK in it, which Lincheck cannot read.
   */
  private static final class StandingTime implements Time, Scheduler {
    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Scheduler scheduler(String threadName) {
      return this;
    }

    @Override
    public void after(Duration delay, Runnable action) {}

    @Override
    public void close() {}
  }

  /** A broker with one queue, and what its one consumer is told. */
  private static final class Stage implements Receiver {
    private final Broker broker = new InMemoryBroker(
        Server.named("", new StandingTime()),
        Duration.ofSeconds(10),
        Declaring.MAKE,
        new Bound(100, 100));
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final Subscription subscription;
    private int calls;

    private Stage(int prefetch, String... published) {
      CompletableFuture<Void> unusedDeclared = broker.declare(QUEUE);
      subscription = broker.subscribe("q", prefetch, this);
      for (String id : published) {
        publish(id);
      }
    }

    private void publish(String id) {
      CompletableFuture<Void> published =
          broker.publish(Publication.of(message(id), Route.queue("q")));
      require(published.isDone() && !published.isCompletedExceptionally(), id + " was refused");
    }

    private static Message message(String id) {
      return Message.of(id, new byte[0]).build();
    }

    @Override
    public void receive(Delivery delivery) {
      enter();
      deliveries.add(delivery);
      heard.add(delivery.message().id() + " " + delivery.redeliveries());
      leave();
    }

    @Override
    public void stateChanged(Subscription.State state, String reason) {
      enter();
      heard.add("" + state);
      leave();
    }

    private void enter() {
      calls++;
      require(calls == 1, "two calls at a time");
    }

    private void leave() {
      calls--;
    }

    private long ready() {
      return broker.inspect("q", 0).join().ready();
    }

    private long unsettled() {
      return broker.inspect("q", 0).join().unsettled().orElseThrow();
    }
  }

  private static boolean succeeded(CompletableFuture<Void> verb) {
    require(verb.isDone(), "the verb is not answered");
    return !verb.isCompletedExceptionally();
  }

  private static boolean isGone(CompletableFuture<Void> verb) {
    return verb.handle((none, error) -> error instanceof SettleException refused
            && refused.reason() == SettleException.Reason.GONE)
        .join();
  }

  @Test
  void publishAndAck_meet_theNextIsDeliveredOnce_withinThePrefetch() {
    inEachOrder(ORDERS, () -> {
      Stage stage = new Stage(1, "m1");
      inParallel(() -> stage.publish("m2"), () -> {
        require(stage.deliveries.size() == 1, "more than the prefetch");
        require(succeeded(stage.deliveries.get(0).ack()), "the ack failed");
      });
      require(stage.heard.equals(List.of("CONSUMING", "m1 0", "m2 0")), "heard " + stage.heard);
      require(stage.unsettled() == 1 && stage.ready() == 0, "the counts are wrong");
    });
  }

  /**
   * The pause's answer is told by the mailbox, after what was on its way. It is looked at when both
   * threads have ended, as a chain on it would load classes of the JDK within a run, and a run that
   * lasts too long counts as hung.
   */
  @Test
  void publishAndPause_meet_nothingIsReceivedAfterThePause_andNothingIsLost() {
    inEachOrder(ORDERS, () -> {
      Stage stage = new Stage(2);
      List<CompletableFuture<Void>> pauses = new ArrayList<>();
      inParallel(() -> stage.publish("m"), () -> pauses.add(stage.subscription.pause()));
      require(succeeded(pauses.get(0)), "the pause failed");
      int received = stage.deliveries.size();
      require(
          stage.heard.equals(
              received == 0
                  ? List.of("CONSUMING", "PAUSED")
                  : List.of("CONSUMING", "m 0", "PAUSED")),
          "heard " + stage.heard);
      require(stage.ready() == 1 - received, "it is neither here nor there");
      require(succeeded(stage.subscription.resume()), "the resume failed");
      require(stage.deliveries.size() == 1, "it was delivered " + stage.deliveries.size());
    });
  }

  /** Race 1: a verb and the end of its consumer. */
  @Test
  void ackAndClose_meet_itIsSettledOrBack() {
    inEachOrder(ORDERS, () -> {
      Stage stage = new Stage(1, "m");
      List<CompletableFuture<Void>> verbs = new ArrayList<>();
      inParallel(() -> verbs.add(stage.deliveries.get(0).ack()), () -> stage.subscription.close());
      boolean acknowledged = succeeded(verbs.get(0));
      require(acknowledged || isGone(verbs.get(0)), "refused for another reason");
      require(stage.ready() == (acknowledged ? 0 : 1), "ready " + stage.ready());
    });
  }

  /** Race 2: a copy that becomes safe and the end of its consumer: both may stay, never neither. */
  @Test
  void releaseAndClose_meet_itIsNeverLost() {
    inEachOrder(ORDERS, () -> {
      Stage stage = new Stage(1, "m");
      List<CompletableFuture<Void>> verbs = new ArrayList<>();
      inParallel(
          () -> verbs.add(stage.deliveries.get(0).release()), () -> stage.subscription.close());
      long ready = stage.ready();
      require(succeeded(verbs.get(0)) ? ready == 1 : ready >= 1, "ready " + ready);
      require(stage.unsettled() == 0, "unsettled without a consumer");
    });
  }
}
