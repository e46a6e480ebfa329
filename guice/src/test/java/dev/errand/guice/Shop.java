package dev.errand.guice;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import dev.errand.Task;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.broker.Exchange;
import dev.errand.config.Configuration;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** An application to be put together: its tasks, their handlers, and what these depend on. */
final class Shop {
  static final Task<String> PACK = Task.of("shop.pack", String.class).on("shop.packing");
  static final Task<String> BILL = Task.of("shop.bill", String.class)
      .on("shop.billing")
      .retrying(RetryPolicy.exponential(Duration.ofSeconds(1)).attempts(2));
  static final Task<String> SOLD =
      Task.of("shop.sold", String.class).through(Exchange.topic("shop.events"), "order.sold");

  private Shop() {}

  /** With the address of a broker that no other test has. */
  static Configuration configuration() {
    return configuration("memory:" + UUID.randomUUID());
  }

  static Configuration configuration(String address) {
    return Configuration.builder().set(Configuration.BROKER, address).build();
  }

  /** Where handlers write what they do. */
  @Singleton
  static final class Journal {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    void write(String line) {
      lines.add(line);
    }

    /** Takes the next line, once it is there. */
    String next() throws InterruptedException {
      String line = lines.poll(30, SECONDS);
      assertThat(line).as("a line in the journal within 30 s").isNotNull();
      return line;
    }
  }

  static final class Packer implements TaskHandler<String> {
    private final Journal journal;

    @Inject
    Packer(Journal journal) {
      this.journal = journal;
    }

    @Override
    public void handle(String order, TaskContext job) {
      journal.write("packed " + order);
    }
  }

  static final class Biller implements TaskHandler<String> {
    private final Journal journal;

    @Inject
    Biller(Journal journal) {
      this.journal = journal;
    }

    @Override
    public void handle(String order, TaskContext job) {
      journal.write("billed " + order);
    }
  }

  /** Packs, and needs nothing more. */
  static final class Packing extends TaskModule {
    @Override
    protected void configureTasks() {
      handle(PACK).with(Packer.class);
    }
  }
}
