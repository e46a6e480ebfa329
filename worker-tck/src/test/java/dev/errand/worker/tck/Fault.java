package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.worker.WorkerBuilder;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;

/** One way for a worker to break the contract, and the cases that notice. */
@SuppressWarnings("ImmutableEnumChecker") // its functions have no state
enum Fault {
  /** A handler may not enqueue. */
  HANDLERS_MAY_NOT_ENQUEUE(broker(HandlersMayNotEnqueue::new), "B14"),
  /** The publish after a refused one fails with it. */
  NEXT_FAILS_TOO(broker(NextFailsToo::new), "B15"),
  /** What may be there is said never to have been sent. */
  UNKNOWN_CALLED_UNAVAILABLE(broker(UnknownCalledUnavailable::new), "B16"),
  /** A job whose handler threw an Error is never settled. */
  ERRORS_KEEP_THEIR_PLACE(broker(ErrorsKeepTheirPlace::new), "C14"),
  /** No priority is looked at. */
  PRIORITIES_IGNORED(broker(PrioritiesIgnored::new), "H4"),
  /** A copy is said to be safe as soon as it is on its way. */
  COPIES_ANSWER_EARLY(broker(CopiesAnswerEarly::new), "J4"),
  /** A pause is never answered. */
  PAUSE_UNANSWERED(broker(PauseUnanswered::new), "J5", "J6", "J21"),
  /** A consumer that was lost gets nothing any more. */
  STAYS_LOST(broker(StaysLost::new), "K11"),
  /** A consumer that was lost gets nothing any more, and nobody looks. */
  STAYS_LOST_UNNOTICED(
      broker(StaysLost::new), worker -> worker.silence(WorkerBuilder.LONGEST_SILENCE), "K13"),
  /** Nobody is told that a consumer is lost. */
  SAYS_IT_CONSUMES(broker(SaysItConsumes::new), "N4", "T14"),
  /** Nobody looks whether jobs come. */
  SILENCE_UNNOTICED(worker -> worker.silence(WorkerBuilder.LONGEST_SILENCE), "N5", "T11"),
  /** A consumer has half the places that it asked for. */
  PLACES_MISSING(broker(PrefetchHalved::new), "N7"),
  /** It asks all the time what waits. */
  LOOKS_OFTEN(worker -> worker.silence(WorkerBuilder.SHORTEST_SILENCE), "N6"),
  /** What was declared once is taken to stand for ever. */
  DECLARES_ONCE(broker(DeclaresOnce::new), "I5"),
  /** A copy that is asked for is not made, and its original gone. */
  RETRIES_FORGOTTEN(broker(RetriesForgotten::new), "K12"),
  /** A retry has a header that the job had not. */
  HEADER_ADDED(copies(WrongCopy::withAHeaderMore), "L6"),
  /** A job that does not say that it is JSON is of no known type. */
  CONTENT_TYPE_RULES(broker(ContentTypeRules::new), "O5"),
  /** A worker runs one handler more than it was told. */
  ONE_HANDLER_MORE(worker -> worker.concurrency(4), "D8"),
  /** A copy's body is written anew, and so another. */
  BODY_ALTERED(copies(WrongCopy::trimmed), "I1"),
  /** A dead letter does not say when it failed first. */
  FACT_DROPPED(copies(WrongCopy::withoutFirstFailure), "I2"),
  /** A stack trace goes into a header as long as it is. */
  STACK_UNCUT(copies(WrongCopy::withAllOfTheStack), "I3"),
  /** Jobs, and dead letters, leave their queue as soon as somebody has them in hand. */
  ACKNOWLEDGED_ON_ARRIVAL(broker(AcknowledgedOnArrival::new), "I4", "I12", "S6"),
  /** A dead letter that is passed over is deleted. */
  PASSED_OVER_DELETED(broker(PassedOver::deleted), "I6", "I7"),
  /** A dead letter that is passed over is the next again. */
  PASSED_OVER_COMES_NEXT(broker(PassedOver::next), "I14"),
  /** What a redrive had in hand is back only long after its end. */
  STAYS_IN_HAND(broker(StaysInHand::new), "I13"),
  /** The clock runs too fast. */
  CLOCK_RUNS_FAST(broker(FastClock::new), "I7", "S9", "T2"),
  /** Nobody looks at what runs out of time. */
  NEVER_TICKS(broker(NeverTicks::new), "T1", "T3", "T5", "T7", "T8"),
  /** What takes a job's place is there twice. */
  COPIED_TWICE(broker(CopiedTwice::new), "T4"),
  /** A copy is another job than its original. */
  COPIES_ARE_OTHERS(copies(WrongCopy::ofAnotherJob), "T12", "T13"),
  /** A worker has less in hand than it was told. */
  LESS_IN_HAND(worker -> worker.prefetch(1), "I5", "T9"),
  /** A worker has more in hand than it was told. */
  MORE_IN_HAND(worker -> worker.prefetch(20), "I5"),
  /** A worker takes the platform for more patient than it is. */
  KILLED_LATER(worker -> worker.killedAfter(Duration.ofHours(1)), "T10"),
  /** How often a shutdown interrupted a job is forgotten. */
  FORGETS_INTERRUPTIONS(broker(ForgetsInterruptions::new), "J8"),
  /** A worker runs one handler at a time. */
  ONE_HANDLER_ALONE(worker -> worker.concurrency(1), "D13"),
  /** A redriven job begins with its second attempt. */
  REDRIVEN_WITH_AN_ATTEMPT_LESS(copies(WrongCopy::afreshAtTheSecond), "I8"),
  /** The first that is done with on each connection stays where it was. */
  FIRST_ACK_FORGOTTEN(broker(FirstAckForgotten::new), "J21"),
  /** What is done with stays where it was. */
  ACK_FORGOTTEN(broker(AckForgotten::new), "I9", "S4"),
  /** Whoever consumes gets twice as many in hand as it asked for. */
  PREFETCH_DOUBLED(broker(PrefetchDoubled::new), "D9", "D11", "D12", "I11"),
  /** A stop interrupts what runs without waiting. */
  NO_GRACE(worker -> worker.gracePeriod(Duration.ZERO), "J1", "S10", "T6"),
  /** What has not begun is kept until the worker has stopped. */
  NEVER_RELEASED(broker(NeverReleased::new), "J2", "J20"),
  /** A shutdown counts as a failed attempt. */
  INTERRUPTION_COSTS_AN_ATTEMPT(copies(WrongCopy::countingInterruptions), "J3", "J7", "S5"),
  /** A job that says nothing of when it was enqueued is of no known type. */
  ONLY_OURS_ARE_KNOWN(broker(OnlyOursAreKnown::new), "O1"),
  /** A body that does not parse is taken for a failed attempt. */
  UNREADABLE_IS_FAILED(worker -> worker.codec(new ConfusedCodec()), "O2", "O9"),
  /** What a worker does not know is dead at once. */
  NOTHING_WAITS(worker -> worker.deployPeriod(Duration.ZERO), "O3", "O4"),
  /** Nobody knows any more since when a job waits. */
  WAITS_FOR_EVER(copies(WrongCopy::withoutWaitingSince), "O10"),
  /** A job has waited since it was enqueued, however long it was delayed. */
  DELAY_COUNTS_AS_WAITING(deliveries(WrongReading::waitingSinceItWasEnqueued), "O10"),
  /** A former name is no name. */
  ALIASES_IGNORED(deliveries(WrongReading::withoutFormerNames), "O11"),
  /** Each payload is read as one of the first version. */
  VERSIONS_IGNORED(deliveries(WrongReading::withoutPayloadVersion), "O12", "O13"),
  /** A forged count makes a job none. */
  FORGED_COUNTS_CONDEMN(deliveries(WrongReading::withoutForgers), "O6"),
  /** A dead letter that could not be published is dropped. */
  LARGE_COPIES_LOST(broker(LargeCopiesLost::new), "O7"),
  /** What is rejected is dropped. */
  REJECT_DROPS(broker(RejectDrops::new), "O8"),
  /** A retried job goes to every queue that had a copy of it. */
  RETRIES_REACH_EVERY_QUEUE(broker(RetriesReachEveryQueue::new), "Q8"),
  /** Nobody is told that a delivery came back. */
  RETURNS_HIDDEN(broker(ReturnsHidden::new), "R1", "R2", "R7"),
  /** Who consumes a lane is not told that the connection was lost. */
  LANES_NEVER_LOST(broker(LanesNeverLost::new), "R3"),
  /** A job goes into the lane when it came back for the first time. */
  FIRST_RETURN_INTO_THE_LANE(copies(WrongCopy::intoTheLaneAtOnce), "R4"),
  /** A return counts as a failed attempt. */
  RETURN_COSTS_AN_ATTEMPT(copies(WrongCopy::countingReturns), "R5"),
  /** A copy does not say how often its job came back. */
  COPIES_FORGET_RETURNS(copies(WrongCopy::withoutReturns), "R10"),
  /** A crash counts twice. */
  CRASHES_COUNT_TWICE(copies(WrongCopy::countingCrashesTwice), "R6"),
  /** Of a job that runs nobody is told that it is suspected. */
  SUSPECTS_UNKNOWN(broker(SuspectsUnknown::new), "R9"),
  /** A job of a lane is handed over only when two others are done. */
  LANES_COME_LATE(broker(LanesComeLate::new), "R8"),
  /** A retry follows at once. */
  DELAYS_FORGOTTEN(copies(WrongCopy::atOnce), "S1", "S2", "S3", "S7"),
  /** A retry follows a step too soon. */
  DELAYS_SHORTENED(copies(WrongCopy::tooSoon), "S1", "S2", "S3", "S7"),
  /** A job that was put off has failed an attempt. */
  DEFERRAL_COSTS_AN_ATTEMPT(copies(WrongCopy::countingDeferrals), "S3", "S5"),
  /** A copy is said to be younger than it is. */
  COPIES_ARE_YOUNG(copies(WrongCopy::ageless), "S8"),
  /** A copy forgets when its job expires. */
  COPIES_NEVER_EXPIRE(copies(WrongCopy::neverExpiring), "G3"),
  /** A worker does not see when a job expires. */
  EXPIRY_HIDDEN(broker(WrongExpiry::hidden), "G2", "G3"),
  /** Whatever expires has expired. */
  EXPIRED_ALWAYS(broker(WrongExpiry::past), "G1"),
  /** Clients and workers live two hours ago. */
  CLOCK_RUNS_LATE(broker(LateClock::new), "G4");

  private final UnaryOperator<Broker> broker;
  private final UnaryOperator<WorkerBuilder> worker;
  private final Set<String> cases;

  /** A worker that is told something else. */
  Fault(UnaryOperator<WorkerBuilder> worker, String... cases) {
    this(new WrongBroker(UnaryOperator.identity()), worker, cases);
  }

  /** A worker whose broker does something else than it is told. */
  Fault(WrongBroker broker, String... cases) {
    this(broker, UnaryOperator.identity(), cases);
  }

  Fault(WrongBroker broker, UnaryOperator<WorkerBuilder> worker, String... cases) {
    this.broker = broker.change();
    this.worker = worker;
    this.cases = Set.of(cases);
  }

  Broker changed(Broker right) {
    return broker.apply(right);
  }

  WorkerBuilder changed(WorkerBuilder right) {
    return worker.apply(right);
  }

  /** The numbers of the cases that this fault turns red. */
  Set<String> cases() {
    return cases;
  }

  private record WrongBroker(UnaryOperator<Broker> change) {}

  private static WrongBroker broker(UnaryOperator<Broker> change) {
    return new WrongBroker(change);
  }

  private static WrongBroker deliveries(UnaryOperator<Message> change) {
    return new WrongBroker(broker -> new FaultyDeliveries(broker, change));
  }

  private static WrongBroker copies(UnaryOperator<Publication> change) {
    return new WrongBroker(broker -> new FaultyCopies(broker, change));
  }
}
