package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;
import static dev.errand.errors.Bound.ROUND_TRIPS;

import dev.errand.DeadLetters;
import dev.errand.broker.Broker;
import dev.errand.broker.TopologyException;
import java.time.Duration;

final class DeadLettersTest extends Chapter {
  DeadLettersTest() {
    super("Dead letters");
  }

  /** What is asked of dead letters. */
  private interface Question {
    void to(Broker broker);
  }

  @Override
  void failures() {
    thrown(
        "There is no such queue",
        TopologyException.class,
        ROUND_TRIPS,
        "See whether the name is right and the address too: a queue's first sender or worker makes"
            + " both queues.",
        witness -> asks(witness, broker -> DeadLetters.of(broker, "documnets").list(10)));
    thrown(
        "The dead letters are named in the place of their queue",
        TopologyException.class,
        ROUND_TRIPS,
        "Name the queue that the jobs came from, 'documents'.",
        witness -> asks(
            witness, broker -> DeadLetters.of(broker, "documents.dead").redrive(letter -> true)));
    thrown(
        "A list is to have none",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give 1 or more.",
        witness -> asks(witness, broker -> DeadLetters.of(broker, "documents").list(0)));
    thrown(
        "A redrive is to take none",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give 1 or more.",
        witness -> asks(witness, broker -> DeadLetters.of(broker, "documents").atMost(0)));
    thrown(
        "A redrive is to pause for too long",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give 0 ms to 1 min.",
        witness -> asks(
            witness, broker -> DeadLetters.of(broker, "documents").every(Duration.ofHours(1))));
  }

  private static void asks(Witness witness, Question question) {
    try (Broker broker = Rabbit.open()) {
      witness.tries(() -> question.to(broker));
    }
  }
}
