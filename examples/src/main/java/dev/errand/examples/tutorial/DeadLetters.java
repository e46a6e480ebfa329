package dev.errand.examples.tutorial;

// @start region="file"
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;

/** Shows the first ten dead letters; they stay where they are. */
final class DeadLetters {
  public static void main(String... args) {
    try (Broker broker = Broker.open(System.getenv("ERRAND_BROKER"))) {
      for (Message letter : broker.inspect("mails.dead", 10).join().head()) {
        System.out.println(letter.type() + " " + letter.id());
        System.out.println("  payload: " + new String(letter.body(), UTF_8));
        System.out.println("  reason:  " + letter.headers().get("errand-failure-reason"));
        System.out.println("  message: " + letter.headers().get("errand-failure-message"));
      }
    }
  }
}
// @end
