package dev.errand.broker.tck;

import java.util.Set;

/** One way to break the contract, and the cases that notice. */
public enum Fault {
  /** What was declared once is refused as different. */
  SECOND_DECLARE_FAILS("A1"),
  /** What another broker declared is refused as different. */
  FOREIGN_PART_REFUSED("A1", "A11"),
  /** A declaration is done at once, connected or not. */
  DECLARES_EARLY("A7", "A9", "A13", "A14"),
  /** A part that is forbidden is called missing. */
  FORBIDDEN_CALLED_MISSING("A5"),
  /** Who publishes consumes too. */
  CONSUMES_UNASKED("A6"),
  /** What the server can do is told before it is known, and after the end. */
  CAPABILITIES_GUESSED("A7", "A9", "A14"),
  /** A refusal does not say what is refused. */
  REFUSAL_UNNAMED("A8"),
  /** Where all is only checked, what is missing is made; the fixture opens such a broker. */
  CHECK_IGNORED("A2", "A3", "K6"),
  /** A part that differs is taken for the wanted one. */
  DIFFERENCE_IGNORED("A4"),
  /** A failure says that a part differs, and not in what. */
  DIFFERENCE_UNNAMED("A4", "Q10"),
  /** {@code ready} does not wait. */
  READY_AT_ONCE("A7"),
  /** {@code close} does nothing. */
  CLOSE_IGNORED("A9", "A10"),
  /** A thread outlives the broker, by a minute. */
  THREAD_LEFT("A10"),
  /** A publish is done when it is sent. */
  ANSWERS_EARLY("B1", "B2", "B6"),
  /** A message without a place is dropped in silence. */
  UNROUTABLE_IGNORED("B2", "B10", "B11", "F7", "Q6"),
  /** The publish after an unroutable one fails with it. */
  NEXT_FAILS_TOO("B2", "B11", "B17"),
  /** What the broker refuses is reported as unknown. */
  REJECTED_CALLED_UNKNOWN("B3", "B17"),
  /** What one queue behind an exchange refuses is reported as refused by all. */
  REJECTED_BUT_TAKEN("B18"),
  /** What may be there is reported as never sent. */
  UNKNOWN_CALLED_UNAVAILABLE("B4", "B6"),
  /** A publish overtakes the one before. */
  OVERTAKES("B2", "B7"),
  /** Only the thread that came first may publish. */
  BOUND_TO_ONE_THREAD("B8"),
  /** Dependent actions run on the one thread that answers. */
  ANSWERS_ON_ONE_THREAD("B12"),
  /** What was not sent is reported as unknown. */
  UNAVAILABLE_CALLED_UNKNOWN("B5", "K7"),
  /** What may have been lost is sent again by itself. */
  SENDS_AGAIN("B6"),
  /** Answers are matched by message id. */
  MIXES_UP_IDS("B10"),
  /** What is beyond a limit is dropped in silence. */
  LIMITS_UNCHECKED("B13", "F4", "H3", "L4", "M4"),
  /** Deliveries come without headers. */
  HEADERS_LOST("C1", "C4"),
  /** A header's list comes in reverse order. */
  LISTS_REVERSED("C1", "L5"),
  /** {@code ack} stays here. */
  ACK_FORGOTTEN("C3"),
  /** {@code replace} gives the original back. */
  REPLACE_KEEPS_ORIGINAL("C4"),
  /** {@code release} counts as a return. */
  RELEASE_COUNTS("C5"),
  /** A second verb succeeds. */
  SECOND_VERB_ACCEPTED("C7"),
  /** Verbs are refused on any thread but the receiver's. */
  VERBS_BOUND_TO_THREAD("C8"),
  /** A copy into another queue goes into the original's. */
  REPLACE_STAYS("C6"),
  /** Verbs are refused while paused. */
  VERBS_STOP_WITH_PAUSE("C9"),
  /** What a receiver fails on comes again at once. */
  THROWER_RELEASED_AT_ONCE("C10"),
  /** A copy that fails takes its original with it. */
  FAILED_COPY_SETTLES("C11"),
  /** The original leaves before its copy is safe. */
  ACKS_BEFORE_COPY("C12"),
  /** {@code replace} returns when it is done. */
  VERBS_WAIT("C13"),
  /** Why the broker moved a message is not told. */
  REASON_FORGOTTEN("C15", "E5", "F8", "F12", "L8", "Q11"),
  /** One more is unsettled than was asked for. */
  PREFETCH_TOO_LARGE("A12", "D1", "D5"),
  /** An acknowledgement waits for those of older deliveries. */
  ACKS_WAIT_FOR_OLDER("D2"),
  /** {@code pause} is done at once, and pauses nothing. */
  PAUSE_IGNORED("D3"),
  /** {@code pause} is done at once, while a call of the receiver still runs in another thread. */
  PAUSE_WAITS_FOR_NOTHING("D3"),
  /** {@code resume} gives room for another full prefetch. */
  RESUME_GRANTS_AFRESH("D4"),
  /** An acknowledgement is on its way for seconds. */
  ACKS_DAWDLE("D6"),
  /** Who pauses one subscription pauses all. */
  PAUSE_STOPS_ALL("D7"),
  /** {@code resume} is done at once, and nothing comes. */
  RESUME_IGNORED("D10"),
  /** The first delivery counts as a return. */
  COUNTS_THE_FIRST("C5", "E1", "E3"),
  /** No return is counted. */
  COUNTS_NOTHING("E2", "E4"),
  /** A copy inherits its original's count. */
  COPY_INHERITS_COUNT("E3"),
  /** Delayed messages come after half the time. */
  DELAY_HALVED("F1"),
  /** Delayed messages come half a minute later. */
  DELAY_LENGTHENED("F2"),
  /** A delayed message comes twice. */
  DELAYED_TWICE("F9", "F12"),
  /** A delayed message loses its priority. */
  DELAY_DROPS_PRIORITY("F11"),
  /** What goes through an exchange is not delayed. */
  EXCHANGE_DELAY_IGNORED("Q9"),
  /** A negative delay is a long one. */
  NEGATIVE_DELAY_WAITS("F3"),
  /** A delayed message waits for those sent before. */
  DELAYS_IN_ORDER("F5"),
  /** A message is delayed once only, and then dropped. */
  SECOND_DELAY_LOST("F10"),
  /** No priority is looked at. */
  PRIORITY_LOST("H1"),
  /** Each message has a higher priority than the one before. */
  PRIORITY_RISES("H2"),
  /** A look at a queue's head takes the first message away. */
  LOOKS_TAKE("I10"),
  /** A consumer that was lost stays lost. */
  STAYS_LOST("K1", "K2"),
  /** What an operator deleted is never consumed again. */
  DELETED_FOR_GOOD("K6"),
  /** Durability is claimed, of a server that keeps nothing. */
  DURABILITY_CLAIMED("B9", "F6", "K3"),
  /** That a queue was deleted is told without a reason, or as any other loss. */
  LOSS_UNEXPLAINED("K6"),
  /** What is unsettled for long is taken back. */
  TAKES_BACK("K8"),
  /** A verb of a lost connection settles the delivery on the new one. */
  LATE_VERB_SETTLES("K5"),
  /** A verb whose connection is lost succeeds. */
  GONE_IGNORED("K4"),
  /** That the consumer is lost is not told. */
  RECOVERING_UNTOLD("K9", "K10"),
  /** A message's type is brought into ASCII. */
  ASCII_ONLY("L1"),
  /** A copy keeps all headers of its original. */
  HEADERS_STICK("L2"),
  /** A body without bytes gets one. */
  EMPTY_BODY_FILLED("L3"),
  /** The content type is dropped. */
  CONTENT_TYPE_LOST("L7"),
  /** One level more than there is. */
  LEVELS_OVERSTATED("M1"),
  /** What the broker cannot do is declared all the same. */
  UNSUPPORTED_IGNORED("M2"),
  /** A prefetch out of range is taken for the nearest. */
  PREFETCH_UNCHECKED("M3"),
  /** {@code inspect} finds no message. */
  COUNTS_NO_MESSAGES("N1"),
  /** {@code inspect} takes a missing queue for an empty one. */
  MISSING_IS_EMPTY("N2"),
  /** The address stands in {@code toString}. */
  SHOWS_ADDRESS("N3"),
  /** A thread never rests. */
  THREAD_BUSY("P1"),
  /** Beyond so many subscriptions, one is told that it consumes, and gets nothing. */
  FORGETS_BEYOND_HUNDREDS("P2"),
  /** A message to one queue goes to others too. */
  SPRAYS("C2", "Q1"),
  /** A direct exchange looks at no key. */
  DIRECT_IS_FANOUT("Q2"),
  /** A fanout exchange looks at the key. */
  FANOUT_IS_DIRECT("Q3"),
  /** {@code *} stands for any number of words. */
  STAR_IS_HASH("Q4"),
  /** A queue gets a copy for each of its bindings. */
  COPIES_PER_BINDING("Q7"),
  /** One of all headers is enough. */
  ALL_IS_ANY("Q5");

  private final String cases;

  Fault(String... cases) {
    this.cases = String.join(" ", cases);
  }

  /** The numbers of the cases that this fault turns red. */
  public Set<String> cases() {
    return Set.of(cases.split(" ", -1));
  }
}
