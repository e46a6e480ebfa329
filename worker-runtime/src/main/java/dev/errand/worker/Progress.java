package dev.errand.worker;

import java.util.concurrent.atomic.AtomicReference;

/** How far one delivery is, changed in one place: it is settled once, by whom it may be. */
final class Progress {
  /*
   * The handler's thread, the broker's, the scheduler's and the one of a stop or a pause each take some of the steps. Which of them may take a
   * delivery up, end its job or take it away is decided by the locks of HandlerThread and Dispatcher; a step that the table lacks is a fault of
   * ours there, and is refused here before a verb goes out.
   */
  private final AtomicReference<Step> step = new AtomicReference<>(Step.WAITING);

  Step step() {
    return step.get();
  }

  /** Goes a step on where the table allows it; whether it did. */
  boolean tryTo(Step next) {
    return go(next).next().contains(next);
  }

  private Step go(Step next) {
    return step.getAndUpdate(now -> now.next().contains(next) ? next : now);
  }

  /**
   * Goes a step on.
   *
   * @throws IllegalStateException when the table of {@link Step#next()} has no such step
   */
  void to(Step next) {
    Step before = go(next);
    if (!before.next().contains(next)) {
      throw new IllegalStateException("A delivery that is " + before + " cannot become " + next
          + "; from there it may go to " + before.next() + ".");
    }
  }
}
