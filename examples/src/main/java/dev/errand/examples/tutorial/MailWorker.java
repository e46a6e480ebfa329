package dev.errand.examples.tutorial;

// @start region="file"
import dev.errand.TaskContext;
import dev.errand.broker.Broker;
import dev.errand.worker.Worker;

/** Sends the mails. */
final class MailWorker {
  static Worker start(Broker broker) {
    return Worker.on(broker)
        .handle(Welcome.SEND, MailWorker::send)
        .stopOnShutdown()
        .start();
  }

  private static void send(Welcome welcome, TaskContext job) {
    if (!welcome.email().contains("@")) {
      throw new IllegalArgumentException("not an address: " + welcome.email());
    }
    if (welcome.email().startsWith("late@") && job.attempt() == 1) {
      throw new IllegalStateException("the mail server is busy");
    }
    System.out.println("mail to " + welcome.email());
  }

  public static void main(String... args) throws InterruptedException {
    try (Broker broker = Broker.open(System.getenv("ERRAND_BROKER"));
        Worker worker = start(broker)) {
      worker.awaitStop();
    }
  }
}
// @end
