package dev.errand.examples.tutorial;

// @start region="file"
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.DeadLetter;
import dev.errand.DeadLetters;
import dev.errand.broker.Broker;

/** Shows the first ten dead letters; they stay where they are. */
final class ShowDead {
  public static void main(String... args) {
    try (Broker broker = Broker.open(System.getenv("ERRAND_BROKER"))) {
      for (DeadLetter letter : DeadLetters.of(broker, "mails").list(10)) {
        System.out.println(letter.task() + " " + letter.id());
        System.out.println("  payload: " + new String(letter.message().body(), UTF_8));
        System.out.println("  reason:  " + letter.reason());
        System.out.println("  message: " + letter.errorMessage());
      }
    }
  }
}
// @end
