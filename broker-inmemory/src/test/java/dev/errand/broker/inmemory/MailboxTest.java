package dev.errand.broker.inmemory;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/** Threads that meet at a mailbox, in each order of their steps that Lincheck finds. */
class MailboxTest {
  private static final int ORDERS = 300;

  /** Takes down what is heard, and when two calls are made at a time. */
  private static final class Listener {
    private final Mailbox mailbox = new Mailbox();
    private final List<String> heard = new ArrayList<>();
    private volatile int calls;

    @SuppressWarnings("NonAtomicVolatileUpdate") // Two at a time are what it is to notice.
    private void add(String what) {
      mailbox.add(() -> {
        calls++;
        require(calls == 1, "two calls at a time");
        heard.add(what);
        calls--;
      });
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static void inEachOrder(Runnable test) {
    // Loads the classes: to do so in a run could last longer than a run may.
    test.run();
    Lincheck.runConcurrentTest(ORDERS, test);
  }

  private static void inParallel(Runnable one, Runnable other) {
    Thread first = new Thread(one);
    Thread second = new Thread(other);
    first.start();
    second.start();
    try {
      first.join();
      second.join();
    } catch (InterruptedException never) {
      throw new AssertionError(never);
    }
  }

  /** Race 1: one thread is about to make a call, the other closes. */
  @Test
  void empty_whileAnotherAttends_isFollowedByNoCall() {
    inEachOrder(() -> {
      Listener listener = new Listener();
      listener.add("delivery");
      List<String> whenClosed = new ArrayList<>();
      inParallel(listener.mailbox::attend, () -> {
        listener.add("closed");
        listener.mailbox.empty();
        whenClosed.addAll(listener.heard);
      });
      require(whenClosed.equals(List.of("delivery", "closed")), "when closed: " + whenClosed);
      require(listener.heard.equals(whenClosed), "after the close: " + listener.heard);
    });
  }

  /** Race 2: one adds while the other looks for the last time. */
  @Test
  void attend_byTwo_makesEachCallOnce_oneAtATime() {
    inEachOrder(() -> {
      Listener listener = new Listener();
      Runnable delivering = () -> {
        listener.add("delivery");
        listener.mailbox.attend();
      };
      inParallel(delivering, delivering);
      require(listener.heard.equals(List.of("delivery", "delivery")), "heard " + listener.heard);
    });
  }

  @Test
  void attend_fromWithinACall_leavesTheNextToWhoAttends() {
    Mailbox mailbox = new Mailbox();
    List<String> heard = new ArrayList<>();
    mailbox.add(() -> {
      mailbox.add(() -> heard.add("second"));
      mailbox.attend();
      mailbox.empty();
      heard.add("first");
    });

    mailbox.attend();

    require(heard.equals(List.of("first", "second")), "heard " + heard);
  }
}
