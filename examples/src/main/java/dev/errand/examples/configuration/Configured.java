package dev.errand.examples.configuration;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.config.Configuration;
import dev.errand.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;

/** Three ways to say how a process works, and one to use what was said. */
final class Configured {
  static final Task<String> GREET = Task.of("greet", String.class).on("greetings");

  private Configured() {}

  /** All of it in code. */
  static Configuration inCode() {
    // @start region="code"
    Configuration configuration = Configuration.builder()
        .set(Configuration.BROKER, "memory:shop")
        .set(BrokerProvider.PUBLISH_TIMEOUT, Duration.ofSeconds(5))
        .set(Configuration.CONCURRENCY, 4)
        .set(Configuration.GRACE_PERIOD, Duration.ofSeconds(25))
        .build();
    // @end
    return configuration;
  }

  /** A file, over which the environment goes. */
  static Configuration inFile(Path file) {
    // @start region="file"
    Configuration configuration =
        Configuration.builder().file(file).environment().build();
    // @end
    return configuration;
  }

  /** The environment alone. */
  static Configuration inEnvironment() {
    // @start region="environment"
    Configuration configuration = Configuration.ofEnvironment();
    // @end
    return configuration;
  }

  /** Greets until it is told to stop. */
  static void run(Configuration configuration) throws InterruptedException {
    // @start region="use"
    try (Broker broker = configuration.openBroker();
        Worker worker = configuration
            .worker(broker)
            .handle(GREET, (name, job) -> System.out.println("Hello " + name))
            .start()) {
      configuration.client(broker).enqueue(GREET, "Ann");
      worker.awaitStop();
    }
    // @end
  }

  /**
   * Runs on a file, or on the environment.
   *
   * @param arguments the file, or nothing
   */
  public static void main(String... arguments) throws InterruptedException {
    run(arguments.length == 0 ? inEnvironment() : inFile(Path.of(arguments[0])));
  }
}
