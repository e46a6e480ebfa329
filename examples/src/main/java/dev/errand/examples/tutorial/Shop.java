package dev.errand.examples.tutorial;

// @start region="file"
import dev.errand.Receipt;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;

/** Has a customer welcomed. */
final class Shop {
  static void welcome(Broker broker, String email) {
    Receipt receipt = TaskClient.on(broker).enqueue(Welcome.SEND, new Welcome(email));
    System.out.println("enqueued " + receipt.id());
  }

  public static void main(String... args) {
    try (Broker broker = Broker.open(System.getenv("ERRAND_BROKER"))) {
      welcome(broker, email(args));
    }
  }

  static String email(String... args) {
    if (args.length != 1) {
      throw new IllegalArgumentException("Give one email address, as ann@example.org.");
    }
    return args[0];
  }
}
// @end
