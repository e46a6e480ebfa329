package dev.errand.examples.guides;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A worker's process, whose jobs run until a line comes on its input; it says what happens. */
final class SlowWorker {
  // @start region="main"
  /** The job of the guide. */
  record Order(String id) {}

  static final Task<Order> SHIP = Task.of("shop.ship", Order.class).on("shop.orders");

  /** Takes jobs until the process is told to end. */
  public static void main(String... args) throws InterruptedException {
    try (Broker broker = Broker.open(System.getenv("ERRAND_BROKER"));
        Worker worker = Worker.on(broker)
            .handle(SHIP, (order, job) -> ship(order))
            .listener(SlowWorker::tell)
            .stopOnShutdown()
            .start()) {
      worker.awaitStop();
    }
  }
  // @end

  private SlowWorker() {}

  private static void ship(Order order) throws Exception {
    System.out.println("begun " + order.id());
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    System.out.println("shipped " + order.id());
  }

  private static void tell(WorkerEvent event) {
    if (event instanceof WorkerEvent.Stopping) {
      System.out.println("stopping");
    }
  }
}
