package dev.errand.contract.rabbit.killer;

import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.worker.Worker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A worker in a process of its own, which one job halts. Prints each job that is done. Its
 * arguments: the address, the queue, and how many milliseconds a job takes.
 */
public final class HaltingWorker {
  /** Which payload halts the process. */
  static final String KILLER = "killer";

  /** Which payload ends the process in order, so that its worker stops. */
  static final String EXITING = "exiting";

  /** The exit code of a process that was ended so. */
  static final int HALTED = 66;

  private HaltingWorker() {}

  static Task<String> task(String queue) {
    return Task.of("work", String.class).on(queue);
  }

  /** Runs until it is halted, or its input ends. */
  public static void main(String[] arguments) throws Exception {
    long millis = Long.parseLong(arguments[2]);
    TaskHandler<String> handler = (payload, context) -> {
      if (payload.equals(KILLER)) {
        Runtime.getRuntime().halt(HALTED);
      } else if (payload.equals(EXITING)) {
        System.exit(HALTED);
      }
      System.out.println("begun " + payload);
      boolean never = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      System.out.println("done " + payload + " " + never);
    };
    try (Broker broker = Broker.open(arguments[0]);
        Worker worker = Worker.on(broker)
            .name("halting")
            .stopOnShutdown()
            .gracePeriod(Duration.ofMillis(200))
            .handle(task(arguments[1]), handler)
            .start()) {
      int end = System.in.read();
      System.out.println("ended by " + worker.name() + " " + end);
    }
  }
}
