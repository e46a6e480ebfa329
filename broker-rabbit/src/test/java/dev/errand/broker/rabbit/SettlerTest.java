package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/** The settler without a server; where threads meet, in each order that Lincheck finds. */
class SettlerTest {
  private static final int ORDERS = 100;
  private static final long MILLISECOND = 1_000_000;

  /** A server that takes all, and the thread that would settle. */
  private static final class Server implements Settler.Frames, Settler.Caller {
    private final List<String> frames = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private boolean broken;
    private Runnable meanwhile = () -> {};

    @Override
    public void acknowledge(long tag, boolean multiple) throws IOException {
      tell((multiple ? "ack to " : "ack ") + tag);
    }

    @Override
    public void reject(long tag) throws IOException {
      tell("reject " + tag);
    }

    private void tell(String frame) throws IOException {
      if (broken) {
        throw new IOException("broken");
      }
      frames.add(frame);
      meanwhile.run();
    }

    @Override
    public void call() {
      calls.incrementAndGet();
    }

    @Override
    public void hurry() {}
  }

  private static final class Job extends Settler.Entry {
    private final AtomicInteger settled = new AtomicInteger();
    private final AtomicInteger gone = new AtomicInteger();

    private Job(Settler settler, long tag) {
      super(settler, tag);
    }

    @Override
    void settled() {
      settled.incrementAndGet();
    }

    @Override
    void gone() {
      gone.incrementAndGet();
    }

    private int answers() {
      return settled.get() + gone.get();
    }

    /** An acknowledgement; false when it is refused. */
    private boolean ack() {
      boolean taken = take();
      if (taken) {
        finish();
      }
      return taken;
    }
  }

  private final Server server = new Server();
  private final Settler settler = new Settler(8, server, server);

  private Job add(long tag) {
    Job job = new Job(settler, tag);
    assertThat(settler.add(job)).isTrue();
    return job;
  }

  private void settleAfter(long milliseconds) throws IOException {
    // From when it first sees them.
    long unusedPause = settler.settle(MILLISECOND);
    unusedPause = settler.settle((1 + milliseconds) * MILLISECOND);
  }

  @Test
  void prefix_isAcknowledgedByOneFrame_andAHoleHoldsItUpForFiveMilliseconds() throws IOException {
    Job first = add(1);
    Job second = add(2);
    Job hole = add(3);
    Job island = add(4);
    second.ack();
    first.ack();
    island.ack();

    settleAfter(2);
    assertThat(server.frames).containsExactly("ack to 2");
    assertThat(settler.settle(7 * MILLISECOND)).isPositive();
    assertThat(server.frames).containsExactly("ack to 2", "ack 4");

    hole.ack();
    settleAfter(2);
    assertThat(server.frames).containsExactly("ack to 2", "ack 4", "ack to 3");
    assertThat(List.of(first, second, hole, island))
        .allSatisfy(job -> assertThat(job.settled).hasValue(1));
  }

  @Test
  void refused_isRejectedAlone_andHoldsUpNoPrefixAfterIt() throws IOException {
    Job refused = add(1);
    Job next = add(2);
    assertThat(refused.take()).isTrue();
    refused.refuse();
    next.ack();

    settleAfter(6);
    assertThat(server.frames).containsExactly("reject 1", "ack 2");

    add(3).ack();
    settleAfter(2);
    assertThat(server.frames).endsWith("ack to 3");
  }

  @Test
  void halfThePrefetch_aboveAHole_isWrittenAtOnce() throws IOException {
    add(1);
    for (long tag = 2; tag <= 5; tag++) {
      add(tag).ack();
    }

    settler.settle(MILLISECOND);

    assertThat(server.frames).containsExactly("ack 2", "ack 3", "ack 4", "ack 5");
  }

  @Test
  void settledWhileOthersAreWritten_waitsForItsOwnFiveMilliseconds() throws IOException {
    add(1);
    Job late = add(2);
    Job island = add(3);
    server.meanwhile = late::ack;
    island.ack();

    settleAfter(6);
    assertThat(server.frames).containsExactly("ack 3");
    assertThat(settler.settle(8 * MILLISECOND)).isPositive();
    assertThat(server.frames).containsExactly("ack 3");

    assertThat(settler.settle(13 * MILLISECOND)).isPositive();
    assertThat(server.frames).containsExactly("ack 3", "ack 2");
  }

  @Test
  void longHeldOldest_letsNothingPileUpBehindIt() throws IOException {
    Job held = add(1);
    for (long tag = 2; tag <= 1_000; tag++) {
      assertThat(add(tag).ack()).isTrue();
      settleAfter(6);
    }
    held.ack();
    settleAfter(2);

    assertThat(server.frames).hasSize(1_000).endsWith("ack to 1");
    assertThat(settler.openPlaces()).isEqualTo(8);
  }

  @Test
  void failedCopy_takesAnotherVerb_andNoSecondOneMeanwhile() throws IOException {
    Job job = add(1);
    assertThat(job.take()).isTrue();
    assertThat(job.ack()).isFalse();
    job.putBack();

    assertThat(job.ack()).isTrue();
    assertThat(job.ack()).isFalse();
    settleAfter(2);
    assertThat(job.settled).hasValue(1);
  }

  @Test
  void places_ofWhatWasCarriedOver_areOpenedWhenMoreAreClosedThanHeld() throws IOException {
    Job one = add(1);
    Job two = add(2);
    Job three = add(3);
    assertThat(settler.openPlaces()).isEqualTo(5);
    one.ack();
    settleAfter(6);
    assertThat(settler.wantsPlaces()).isFalse();

    two.ack();
    settleAfter(6);
    assertThat(settler.wantsPlaces()).isTrue();
    assertThat(settler.openClosedPlaces()).isEqualTo(2);
    add(4).ack();
    three.ack();
    settleAfter(6);
    assertThat(settler.openClosedPlaces()).isEqualTo(1);
  }

  // Races.

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  private static Runnable unchecked(Step step) {
    return () -> {
      try {
        step.run();
      } catch (IOException | InterruptedException never) {
        throw new AssertionError(never);
      }
    };
  }

  private static void inEachOrder(Step test) {
    // Loads the classes: to do so in a run could last longer than a run may.
    unchecked(test).run();
    Lincheck.runConcurrentTest(ORDERS, unchecked(test));
  }

  private static void inParallel(Step... steps) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (Step step : steps) {
      threads.add(new Thread(unchecked(step)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** What the settler's thread does when it is called: all, at a time when all is due. */
  private static void settleWhileCalled(Settler settler, Server server) throws IOException {
    int seen = server.calls.get();
    long now = 1;
    while (seen > 0) {
      while (settler.settle(now) != 0) {
        now += 10 * MILLISECOND;
      }
      seen = server.calls.addAndGet(-seen);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** Races 1 and 2: a verb while the settler writes, and while it looks for the last time. */
  @Test
  void verbs_whileTheSettlerLooksForTheLastTime_areWritten() {
    inEachOrder(() -> {
      Server server = new Server();
      Settler settler = new Settler(8, server, server);
      Job first = new Job(settler, 1);
      Job second = new Job(settler, 2);
      settler.add(first);
      settler.add(second);
      first.ack();
      inParallel(() -> settleWhileCalled(settler, server), second::ack);
      settleWhileCalled(settler, server);
      require(first.settled.get() == 1, "the first was settled " + first.settled + " times");
      require(second.settled.get() == 1, "the second was settled " + second.settled + " times");
    });
  }

  @Test
  void twoVerbs_onOneDelivery_oneIsRefused() {
    inEachOrder(() -> {
      Server server = new Server();
      Settler settler = new Settler(8, server, server);
      Job job = new Job(settler, 1);
      settler.add(job);
      AtomicInteger taken = new AtomicInteger();
      Step verb = () -> {
        if (job.ack()) {
          taken.incrementAndGet();
        }
      };
      inParallel(verb, verb);
      settleWhileCalled(settler, server);
      require(taken.get() == 1, taken + " verbs were taken");
      require(job.answers() == 1, "it was answered " + job.answers() + " times");
      require(server.frames.equals(List.of("ack to 1")), "the server was told " + server.frames);
    });
  }

  /** Race 3: a copy becomes safe, an acknowledgement is written, and the channel ends. */
  @Test
  void end_whileVerbsAreOnTheirWay_answersEachOnce() {
    inEachOrder(() -> {
      Server server = new Server();
      Settler settler = new Settler(8, server, server);
      Job copied = new Job(settler, 1);
      Job acknowledged = new Job(settler, 2);
      settler.add(copied);
      settler.add(acknowledged);
      copied.take();
      acknowledged.ack();
      inParallel(copied::finish, settler::end, () -> settleWhileCalled(settler, server));
      require(copied.answers() == 1, "the copied one was answered " + copied.answers() + " times");
      require(
          acknowledged.answers() == 1,
          "the acknowledged one was answered " + acknowledged.answers() + " times");
    });
  }

  /** Race 4: what comes while the channel ends is taken in and told so, or not taken in. */
  @Test
  void end_whileADeliveryComes_leavesNoVerbUnanswered() {
    inEachOrder(() -> {
      Server server = new Server();
      Settler settler = new Settler(8, server, server);
      Job job = new Job(settler, 1);
      inParallel(settler::end, () -> {
        if (settler.add(job) && job.ack()) {
          return;
        }
        job.settled();
      });
      require(job.answers() == 1, "it was answered " + job.answers() + " times");
    });
  }

  /** What the server could not be told is gone, once. */
  @Test
  void frameThatFails_endsNothingByItself_andTheEndAnswersEach() {
    inEachOrder(() -> {
      Server server = new Server();
      server.broken = true;
      Settler settler = new Settler(8, server, server);
      Job first = new Job(settler, 1);
      Job second = new Job(settler, 2);
      settler.add(first);
      settler.add(second);
      first.ack();
      Step thread = () -> {
        try {
          settleWhileCalled(settler, server);
        } catch (IOException broken) {
          settler.end();
        }
      };
      AtomicInteger taken = new AtomicInteger();
      inParallel(thread, () -> taken.set(second.ack() ? 1 : 0));
      require(first.gone.get() == 1, "the first was told " + first.gone + " times");
      require(second.gone.get() == taken.get(), "the second was told " + second.gone + " times");
    });
  }
}
