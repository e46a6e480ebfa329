package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;
import static dev.errand.errors.Bound.ROUND_TRIPS;

import com.rabbitmq.client.BuiltinExchangeType;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionException;

final class TopologyTest extends Chapter {
  private static final String AS_IT_STANDS =
      "Declare it with what it has, or take another name, or delete it once it is empty.";
  private static final String PERMISSION =
      "Have the permission granted with 'rabbitmqctl set_permissions'.";

  private static final String OWNER =
      "Have it made by whoever owns it, or leave declare=check out.";

  TopologyTest() {
    super("Topology");
  }

  @Override
  void failures() {
    thrown(
        "A queue was declared by someone else as a classic one",
        TopologyException.class,
        ROUND_TRIPS,
        AS_IT_STANDS,
        witness -> {
          Rabbit.somebodyElse(
              channel -> channel.queueDeclare("classic", true, false, false, Map.of()));
          enqueues(witness, "classic");
        });
    thrown(
        "A queue was declared by someone else with a limit",
        TopologyException.class,
        ROUND_TRIPS,
        AS_IT_STANDS,
        witness -> {
          Rabbit.somebodyElse(Rabbit.declares("limited", Map.of("x-max-length", 1000)));
          enqueues(witness, "limited");
        });
    thrown(
        "A queue was declared by someone else with another dead letter exchange",
        TopologyException.class,
        ROUND_TRIPS,
        AS_IT_STANDS,
        witness -> {
          Rabbit.somebodyElse(
              Rabbit.declares("graves", Map.of("x-dead-letter-exchange", "cemetery")));
          enqueues(witness, "graves");
        });
    thrown(
        "An exchange was declared by someone else with another type",
        TopologyException.class,
        ROUND_TRIPS,
        AS_IT_STANDS,
        witness -> {
          Rabbit.somebodyElse(
              channel -> channel.exchangeDeclare("news", BuiltinExchangeType.FANOUT, true));
          try (Broker broker = Rabbit.open()) {
            declares(witness, broker, Exchange.topic("news"));
          }
        });
    thrown(
        "A queue in memory was declared with another overflow",
        TopologyException.class,
        AT_ONCE,
        AS_IT_STANDS,
        witness -> {
          try (Broker broker = Broker.open("memory:")) {
            broker.declare(Queue.named("mails")).join();
            declares(
                witness,
                broker,
                Queue.named("mails.dead"),
                Queue.named("mails").overflow("mails.dead"));
          }
        });
    thrown(
        "The user has no permission to declare",
        TopologyException.class,
        ROUND_TRIPS,
        PERMISSION,
        witness -> {
          try (Broker broker = Rabbit.connected(Broker.open(Rabbit.addressOfUser()))) {
            declares(witness, broker, Queue.named("closed"));
          }
        });
    thrown(
        "A queue with priority levels",
        TopologyException.class,
        ROUND_TRIPS,
        "Declare it with 0 levels, and give what is urgent a queue of its own.",
        witness -> {
          try (Broker broker = Rabbit.open()) {
            declares(witness, broker, Queue.named("urgent").priorities(3));
          }
        });
    thrown(
        "A queue whose overflow was never declared",
        TopologyException.class,
        AT_ONCE,
        "Declare it before, or in the same call.",
        witness -> {
          try (Broker broker = Rabbit.open()) {
            declares(witness, broker, Queue.named("mails").overflow("mails.dead"));
          }
        });
    thrown(
        "A binding to an exchange that was never declared",
        TopologyException.class,
        AT_ONCE,
        "Declare it before, or in the same call.",
        witness -> {
          Queue queue = Queue.named("mails");
          try (Broker broker = Rabbit.open()) {
            declares(witness, broker, queue, queue.boundTo(Exchange.topic("post"), "mail.#"));
          }
        });
    thrown(
        "A look at a queue that is missing",
        TopologyException.class,
        ROUND_TRIPS,
        "See whether its name and the address are right: its first sender or worker makes it, and"
            + " the one for its dead letters with it.",
        witness -> {
          try (Broker broker = Rabbit.open()) {
            witness.tries(() -> join(() -> broker.inspect("nowhere", 0).join()));
          }
        });
    thrown(
        "A queue is missing, and the address says declare=check",
        TopologyException.class,
        ROUND_TRIPS,
        OWNER,
        witness -> {
          try (Broker broker = Rabbit.open("declare=check")) {
            declares(witness, broker, Queue.named("owned"));
          }
        });
    thrown(
        "An exchange in memory is missing, and the address says declare=check",
        TopologyException.class,
        AT_ONCE,
        OWNER,
        witness -> {
          try (Broker broker = Broker.open("memory:?declare=check")) {
            declares(witness, broker, Exchange.topic("owned"));
          }
        });
    thrown(
        "A queue's name is too long",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give it 1 to 200 bytes.",
        witness -> witness.tries(() -> Queue.named("q".repeat(201))));
    thrown(
        "A queue's name has a wildcard",
        IllegalArgumentException.class,
        AT_ONCE,
        "Leave them out.",
        witness -> witness.tries(() -> Queue.named("mails.*")));
    thrown(
        "A queue's name belongs to brokers",
        IllegalArgumentException.class,
        AT_ONCE,
        "Choose another beginning.",
        witness -> witness.tries(() -> Queue.named("errand.mails")));
    thrown(
        "A queue is its own overflow",
        IllegalArgumentException.class,
        AT_ONCE,
        "Name another queue.",
        witness -> witness.tries(() -> Queue.named("mails").overflow("mails")));
    thrown(
        "A task's queue has another overflow than its dead letters",
        IllegalArgumentException.class,
        AT_ONCE,
        "Leave the overflow out.",
        witness -> witness.tries(
            () -> Task.of("mail", Upload.class).on(Queue.named("mails").overflow("elsewhere"))));
    thrown(
        "A queue is bound to a headers exchange by a key",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give a headers exchange AllOf or AnyOf, every other a key.",
        witness ->
            witness.tries(() -> Queue.named("mails").boundTo(Exchange.headers("post"), "mail.#")));
    thrown(
        "A binding by headers has a time",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give milliseconds since 1970 as a Long, or text, in the binding and in the messages.",
        witness -> witness.tries(() -> new Binding.AllOf(Map.of("printed", Instant.EPOCH))));
  }

  private static void enqueues(Witness witness, String queue) {
    try (Broker broker = Rabbit.open()) {
      Task<Upload> task = Task.of("uploads.render", Upload.class).on(queue);
      witness.tries(() -> TaskClient.on(broker).enqueue(task, new Upload("a.md")));
    }
  }

  private static void declares(Witness witness, Broker broker, Topology... parts) {
    witness.tries(() -> join(() -> broker.declare(parts).join()));
  }

  /** What a future fails with, thrown as it is. */
  static void join(Runnable waiting) {
    try {
      waiting.run();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof BrokerException refused ? refused : failed;
    }
  }
}
