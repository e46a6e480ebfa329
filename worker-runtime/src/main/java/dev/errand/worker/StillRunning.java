package dev.errand.worker;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The threads whose jobs run on for nobody: the connection was lost, or the thread was given up. A
 * job does not begin beside such a run of itself, so that one that never ends takes one slot of its
 * worker, however often it comes. Thread-safe; never blocks.
 */
final class StillRunning {
  /*
   * Mostly there is none, and then a look costs nothing. A thread is here once a loss found it at work, or the sweep gave it up, and leaves when
   * a look finds it at something else. As it may be lost once more just then, who takes it out looks again after that: either sees what the
   * other did. In the same way a thread takes up a delivery first and looks then whether that is gone, while a loss is told first and looks at
   * the threads then; so none is overlooked.
   */
  private final Set<HandlerThread> threads = ConcurrentHashMap.newKeySet();

  /** A consumer is lost, and these may be at work for what it brought. */
  void lost(Collection<HandlerThread> all) {
    all.stream().filter(HandlerThread::runsOnForNobody).forEach(threads::add);
  }

  /** It was given up, and goes on. */
  void givenUp(HandlerThread thread) {
    threads.add(thread);
  }

  /**
   * Whether an earlier run of its job goes on. Jobs are told by queue and id, as two deliveries of
   * one have nothing else in common; one without an id is like no other.
   */
  boolean has(Taken next) {
    boolean found = false;
    for (HandlerThread thread : threads) {
      found |= thread.runsOnForNobody() && thread.isAtTheJobOf(next);
      leaveIfItEnded(thread);
    }
    return found;
  }

  private void leaveIfItEnded(HandlerThread thread) {
    if (!thread.runsOnForNobody() && threads.remove(thread) && thread.runsOnForNobody()) {
      threads.add(thread);
    }
  }
}
