package dev.errand.worker;

import java.time.Duration;
import java.util.List;

/**
 * Looks, once in each period of silence, whether jobs come from each queue, whether the worker's
 * own threads go on, and whether they take what waits.
 */
record Watchdog(
    Rounds rounds, List<Look> looks, List<Pulse> pulses, Slots slots, Starvation starvation) {
  void start() {
    rounds.start(this::look);
  }

  private void look() {
    pulses.forEach(pulse -> pulse.ask(rounds.lookedAt()));
    looks.forEach(Look::take);
    slots.look();
    starvation.look();
  }

  /** By how much the next look is late; zero or less where it is not. */
  Duration lateness(long now) {
    return rounds.lateness(now);
  }

  Duration silence() {
    return rounds.period();
  }

  /**
   * What was found of each queue whose subscription brought nothing, and has brought nothing since.
   */
  List<Look.Silence> silences() {
    return looks.stream().flatMap(look -> look.silence().stream()).toList();
  }

  /** Ends it, and waits for a look that is taken. Idempotent. */
  void close() {
    rounds.close();
  }
}
