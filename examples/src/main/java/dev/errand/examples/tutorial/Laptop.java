package dev.errand.examples.tutorial;

// @start region="file"
import dev.errand.broker.Broker;
import dev.errand.worker.Worker;

/** Shop and worker in one process, for a laptop without a server. */
final class Laptop {
  public static void main(String... args) throws InterruptedException {
    try (Broker broker = Broker.open("memory:");
        Worker worker = MailWorker.start(broker)) {
      Shop.welcome(broker, Shop.email(args));
      worker.awaitStop();
    }
  }
}
// @end
