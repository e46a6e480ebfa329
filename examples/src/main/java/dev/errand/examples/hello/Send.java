package dev.errand.examples.hello;

import dev.errand.Receipt;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;

/** Enqueues one greeting: {@code Send ADDRESS [NAME]}. */
public final class Send {
  private Send() {}

  public static void main(String... args) {
    String name = args.length > 1 ? args[1] : "world";
    try (Broker broker = Broker.open(args[0])) { // amqp://guest:guest@localhost
      Receipt receipt = TaskClient.on(broker).enqueue(Greeting.GREET, new Greeting(name));
      System.out.println("enqueued " + receipt.id() + ": " + name);
    }
  }
}
