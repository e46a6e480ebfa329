package dev.errand.examples.hello;

import dev.errand.broker.Broker;
import dev.errand.worker.Worker;

/** Prints greetings until Ctrl-C: {@code Receive [ADDRESS]}. */
public final class Receive {
  private Receive() {}

  public static void main(String... args) throws InterruptedException {
    String address = args.length > 0 ? args[0] : Send.LOCAL;
    try (Broker broker = Broker.open(address);
        Worker worker = Worker.on(broker)
            .handle(
                Greeting.GREET,
                (greeting, job) -> System.out.println(
                    "hello, " + greeting.name() + " (attempt " + job.attempt() + ")"))
            .stopOnShutdown()
            .start()) {
      System.out.println("waiting for greetings; Ctrl-C ends it");
      worker.awaitStop();
    }
  }
}
