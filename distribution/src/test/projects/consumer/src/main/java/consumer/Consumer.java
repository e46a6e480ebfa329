package consumer;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.worker.Worker;
import java.util.concurrent.CountDownLatch;

public final class Consumer {
  public record Guest(String name) {}

  private static final Task<Guest> GREET = Task.of("greet", Guest.class).on("greetings");

  public static void main(String... args) throws InterruptedException {
    CountDownLatch greeted = new CountDownLatch(1);
    try (Broker broker = Broker.open("memory:");
        Worker worker = Worker.on(broker)
            .handle(GREET, (guest, job) -> {
              System.out.println("hello " + guest.name());
              greeted.countDown();
            })
            .start()) {
      TaskClient.on(broker).enqueue(GREET, new Guest("Ann"));
      greeted.await();
    }
  }
}
