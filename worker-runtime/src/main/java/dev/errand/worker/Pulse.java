package dev.errand.worker;

import java.time.Duration;
import java.util.function.Consumer;

/** Whether a thread that takes one thing after the other goes on: it is asked now and then. */
final class Pulse {
  /*
   * One thread asks; the other answers, in its turn. `asked` is written before `open`, and read after it.
   */
  private final String thread;
  private final Consumer<Runnable> turns;
  private volatile long asked;
  private volatile boolean open;

  /**
   * Of a thread.
   *
   * @param turns has it run something, when it has done what was given before
   */
  Pulse(String thread, Consumer<Runnable> turns) {
    this.thread = thread;
    this.turns = turns;
  }

  String thread() {
    return thread;
  }

  /** Asks it, unless the last answer is still out. Never blocks. */
  void ask(long now) {
    if (!open) {
      asked = now;
      open = true;
      turns.accept(() -> open = false);
    }
  }

  /** For how long it has not answered; zero where it has. */
  Duration unanswered(long now) {
    return open ? Duration.ofNanos(now - asked) : Duration.ZERO;
  }
}
