package dev.errand.broker.inmemory;

import static dev.errand.broker.inmemory.TwoThreads.inEachOrder;
import static dev.errand.broker.inmemory.TwoThreads.inParallel;
import static dev.errand.broker.inmemory.TwoThreads.require;

import java.util.ArrayList;
import java.util.List;
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

  /** Race 1: one thread is about to make a call, the other closes. */
  @Test
  void empty_whileAnotherAttends_isFollowedByNoCall() {
    inEachOrder(ORDERS, () -> {
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
    inEachOrder(ORDERS, () -> {
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
