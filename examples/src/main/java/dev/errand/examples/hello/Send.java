package dev.errand.examples.hello;

import dev.errand.Receipt;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;

/** Enqueues one greeting: {@code Send [ADDRESS [NAME]]}. */
public final class Send {
  /** A server on this machine, as it is installed. */
  static final String LOCAL = "amqp://guest:guest@localhost";

  private Send() {}

  public static void main(String... args) {
    String address = args.length > 0 ? args[0] : LOCAL;
    String name = args.length > 1 ? args[1] : "world";
    try (Broker broker = Broker.open(address)) {
      Receipt receipt = TaskClient.on(broker).enqueue(Greeting.GREET, new Greeting(name));
      System.out.println("enqueued " + receipt.id() + ": " + name);
    }
  }
}
