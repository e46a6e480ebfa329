package dev.errand.worker.tck;

import java.util.Set;
import java.util.function.Supplier;

/** What can be wrong with a worker, and the cases that find it. */
enum Fault {
  ONE_HANDLER_MORE(OneHandlerMore::new, "D8"),
  BODIES_ALTERED(BodiesAltered::new, "I1"),
  FACTS_DROPPED(FactsDropped::new, "I2"),
  ACKNOWLEDGED_ON_ARRIVAL(AcknowledgedOnArrival::new, "I4", "S6"),
  NO_GRACE(NoGrace::new, "J1"),
  NEVER_RELEASED(NeverReleased::new, "J2"),
  INTERRUPTION_COSTS_AN_ATTEMPT(InterruptionCostsAnAttempt::new, "J3"),
  ONLY_OURS_ARE_KNOWN(OnlyOursAreKnown::new, "O1"),
  UNREADABLE_IS_FAILED(UnreadableIsFailed::new, "O2"),
  RETRIES_REACH_EVERY_QUEUE(RetriesReachEveryQueue::new, "Q8"),
  DELAYS_FORGOTTEN(DelaysForgotten::new, "S1", "S2"),
  DELAYS_SHORTENED(DelaysShortened::new, "S1", "S2");

  private final Supplier<WorkerFixture> fixture;
  private final Set<String> cases;

  Fault(Supplier<WorkerFixture> fixture, String... cases) {
    this.fixture = fixture;
    this.cases = Set.of(cases);
  }

  WorkerFixture fixture() {
    return fixture.get();
  }

  Set<String> cases() {
    return cases;
  }
}
