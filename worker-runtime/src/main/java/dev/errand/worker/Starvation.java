package dev.errand.worker;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks, in each round, whether free threads take what waits for them. Where handlers on virtual
 * threads hold all of the JVM's carriers, none does.
 */
final class Starvation {
  /*
   * All runs on the thread of the rounds; health reads what is volatile. A free thread takes what waits within microseconds. Two looks in a
   * row, a period apart, that find the same job and a thread that is free are one starvation.
   */
  private final Dispatcher dispatcher;
  private final Herald herald;
  private final Rounds rounds;
  private @Nullable Taken seen;
  private volatile @Nullable Taken starved;

  Starvation(Dispatcher dispatcher, Herald herald, Rounds rounds) {
    this.dispatcher = dispatcher;
    this.herald = herald;
    this.rounds = rounds;
  }

  /** Once in a round. */
  void look() {
    Taken next = dispatcher.hasFreeThread() ? dispatcher.backlog().next() : null;
    boolean again = next != null && next.equals(seen);
    if (next != null && again && starved == null) {
      herald.tell(new WorkerEvent.Starved(herald.worker(), next.queue(), rounds.period()));
    }
    starved = again ? next : null;
    seen = next;
  }

  /** The queue of a job that waits though a thread is free; empty where none does. */
  Optional<String> queue() {
    return Optional.ofNullable(starved).map(Taken::queue);
  }
}
