package dev.errand.worker.tck;

import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Something wrong with a worker.
 *
 * @param fixture whose workers have it
 * @param cases the numbers of those that find it
 */
record Fault(Supplier<WorkerFixture> fixture, Set<String> cases) {

  static Stream<Fault> all() {
    return Stream.of(
        found(OneHandlerMore::new, "D8"),
        found(BodiesAltered::new, "I1"),
        found(FactsDropped::new, "I2"),
        found(AcknowledgedOnArrival::new, "I4", "S6"),
        found(NoGrace::new, "J1"),
        found(NeverReleased::new, "J2"),
        found(InterruptionCostsAnAttempt::new, "J3"),
        found(OnlyOursAreKnown::new, "O1"),
        found(UnreadableIsFailed::new, "O2"),
        found(RetriesReachEveryQueue::new, "Q8"),
        found(DelaysForgotten::new, "S1", "S2"),
        found(DelaysShortened::new, "S1", "S2"));
  }

  private static Fault found(Supplier<WorkerFixture> fixture, String... cases) {
    return new Fault(fixture, Set.of(cases));
  }

  /** The name of the class that says what is wrong. */
  @Override
  public String toString() {
    try (WorkerFixture made = fixture.get()) {
      return made.getClass().getSimpleName();
    }
  }
}
