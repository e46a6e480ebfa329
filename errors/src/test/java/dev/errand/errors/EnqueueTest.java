package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;
import static dev.errand.errors.Bound.ROUND_TRIPS;

import dev.errand.BatchException;
import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.codec.PayloadException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

@SuppressWarnings("try") // What is open need not be named.
final class EnqueueTest extends Chapter {
  private static final EnqueueOptions JOB = EnqueueOptions.withId("job-1");
  private static final Upload UPLOAD = new Upload("a.md");
  private static final String BIND =
      "Bind a queue that takes it, as its worker does at its first start.";

  EnqueueTest() {
    super("Enqueue");
  }

  /** As one written before records. */
  static final class Letter {
    private final String text;

    Letter(String text) {
      this.text = text;
    }

    public String getText() {
      return text;
    }
  }

  record Leaflet(Optional<String> author) {}

  @Override
  void failures() {
    routing();
    payloads();
    options();
    refusals();
  }

  private void routing() {
    thrown(
        "The queue was deleted",
        PublishException.class,
        ROUND_TRIPS,
        "Declare the queue, and publish it again then.",
        witness -> {
          Task<Upload> task = to("deleted");
          try (Broker broker = Rabbit.open()) {
            TaskClient tasks = TaskClient.on(broker);
            tasks.enqueue(task, UPLOAD);
            Rabbit.somebodyElse(channel -> channel.queueDelete("deleted"));
            witness.tries(() -> tasks.enqueue(task, UPLOAD, JOB));
          }
        });
    thrown(
        "No binding of a direct exchange matches",
        PublishException.class,
        ROUND_TRIPS,
        BIND,
        witness -> enqueues(witness, through(Exchange.direct("uploads.direct"), "render")));
    thrown(
        "No queue is bound to a fanout exchange",
        PublishException.class,
        ROUND_TRIPS,
        BIND,
        witness -> enqueues(witness, through(Exchange.fanout("uploads.fanout"), "")));
    thrown(
        "No binding of a topic exchange matches",
        PublishException.class,
        ROUND_TRIPS,
        BIND,
        witness -> enqueues(witness, through(Exchange.topic("uploads.topic"), "upload.md")));
    thrown(
        "No binding of a headers exchange matches",
        PublishException.class,
        ROUND_TRIPS,
        BIND,
        witness -> enqueues(
            witness,
            Task.of("uploads.uploaded", Upload.class)
                .throughHeaders(Exchange.headers("uploads.headers"), Map.of("kind", "md"))));
    thrown(
        "The exchange was deleted",
        PublishException.class,
        ROUND_TRIPS,
        "Declare the exchange, and publish it again then.",
        witness -> {
          Task<Upload> task = through(Exchange.fanout("gone"), "");
          try (Broker broker = Rabbit.open()) {
            Queue queue = Queue.named("listens");
            Exchange exchange = Exchange.fanout("gone");
            broker.declare(exchange, queue, queue.boundTo(exchange, "")).join();
            TaskClient tasks = TaskClient.on(broker);
            tasks.enqueue(task, UPLOAD);
            Rabbit.somebodyElse(channel -> channel.exchangeDelete("gone"));
            witness.tries(() -> tasks.enqueue(task, UPLOAD, JOB));
          }
        });
    thrown(
        "A task by headers is sent through a topic exchange",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give a key.",
        witness -> witness.tries(() -> Task.of("uploads.uploaded", Upload.class)
            .throughHeaders(Exchange.topic("uploads.topic"), Map.of("kind", "md"))));
    thrown(
        "A task by key is sent through a headers exchange",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give headers, by throughHeaders.",
        witness -> witness.tries(() -> through(Exchange.headers("uploads.headers"), "md")));
    thrown(
        "The key function gives no key",
        IllegalArgumentException.class,
        AT_ONCE,
        "Let it give a key for every payload.",
        witness -> {
          Function<Upload, String> keyless = upload -> null;
          inMemory(
              witness,
              Task.of("uploads.uploaded", Upload.class)
                  .through(Exchange.topic("uploads.topic"), keyless),
              JOB);
        });
    thrown(
        "The routing key is too long",
        PublishException.class,
        AT_ONCE,
        "Shorten it.",
        witness ->
            inMemory(witness, through(Exchange.topic("uploads.topic"), "k".repeat(201)), JOB));
  }

  private void payloads() {
    thrown(
        "The payload is null",
        NullPointerException.class,
        AT_ONCE,
        "Give a value, an empty record where there is nothing to say.",
        witness -> {
          try (Broker broker = Broker.open("memory:")) {
            witness.tries(() -> TaskClient.on(broker).enqueue(to("uploads"), null));
          }
        });
    thrown(
        "The payload is larger than the client lets through",
        PublishException.class,
        AT_ONCE,
        "Store the content elsewhere and send a reference, or raise TaskClient.maxPayload.",
        witness -> {
          try (Broker broker = Broker.open("memory:")) {
            Upload large = new Upload("a".repeat(TaskClient.DEFAULT_MAX_PAYLOAD));
            witness.tries(() -> TaskClient.on(broker).enqueue(to("uploads"), large, JOB));
          }
        });
    thrown(
        "The payload is larger than the server lets through",
        PublishException.class,
        AT_ONCE,
        "Store the content elsewhere and send a reference.",
        witness -> {
          try (Broker broker = Rabbit.open()) {
            TaskClient tasks = TaskClient.on(broker).maxPayload(Integer.MAX_VALUE);
            Upload large = new Upload("a".repeat(16 * 1024 * 1024));
            witness.tries(() -> tasks.enqueue(to("uploads"), large, JOB));
          }
        });
    thrown(
        "The payload is larger than an operator lets through",
        PublishException.class,
        ROUND_TRIPS,
        "Change in the message what it names, or the server's limit.",
        witness -> {
          try (Broker broker = Rabbit.open()) {
            TaskClient tasks = TaskClient.on(broker).maxPayload(Integer.MAX_VALUE);
            tasks.enqueue(to("uploads"), UPLOAD);
            Upload large = new Upload("a".repeat(2 * 1024 * 1024));
            witness.tries(() -> tasks.enqueue(to("uploads"), large, JOB));
          }
        });
    thrown(
        "The payload does not serialize",
        PayloadException.class,
        AT_ONCE,
        "Make the class one that Jackson writes.",
        witness -> {
          Task<Object> task = Task.of("uploads.stir", Object.class).on("uploads");
          try (Broker broker = Broker.open("memory:")) {
            witness.tries(() -> TaskClient.on(broker).enqueue(task, new Object(), JOB));
          }
        });
    thrown(
        "The payload's class has no constructor to read it by",
        PayloadException.class,
        AT_ONCE,
        "Make it a record, or give it a constructor without arguments.",
        witness -> {
          Task<Letter> task = Task.of("letters.print", Letter.class).on("letters");
          try (Broker broker = Broker.open("memory:")) {
            witness.tries(() -> TaskClient.on(broker).enqueue(task, new Letter("Dear Ann"), JOB));
          }
        });
    thrown(
        "The payload has an Optional",
        PayloadException.class,
        AT_ONCE,
        "Declare what it holds, and use null where there is none.",
        witness -> {
          Task<Leaflet> task = Task.of("pages.print", Leaflet.class).on("pages");
          try (Broker broker = Broker.open("memory:")) {
            witness.tries(
                () -> TaskClient.on(broker).enqueue(task, new Leaflet(Optional.of("Ann")), JOB));
          }
        });
    thrown(
        "The name of a task is too long",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give it 1 to 200 bytes.",
        witness -> witness.tries(() -> Task.of("t".repeat(201), Upload.class)));
  }

  private void options() {
    thrown(
        "A job's id is empty",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give one, or leave it out for a random one.",
        witness -> witness.tries(() -> EnqueueOptions.withId("")));
    thrown(
        "A job's id is too long",
        PublishException.class,
        AT_ONCE,
        "Shorten it.",
        witness -> inMemory(witness, to("uploads"), EnqueueOptions.withId("i".repeat(256))));
    thrown(
        "A header's name is Errand's own",
        IllegalArgumentException.class,
        AT_ONCE,
        "Choose another name.",
        witness -> witness.tries(() -> JOB.header("errand-attempt", 7)));
    thrown(
        "A header's name is the broker's own",
        IllegalArgumentException.class,
        AT_ONCE,
        "Choose another name.",
        witness -> witness.tries(() -> JOB.header("x-delay", 7)));
    thrown(
        "A header's name would send copies to further queues",
        IllegalArgumentException.class,
        AT_ONCE,
        "Choose another name.",
        witness -> witness.tries(() -> JOB.header("CC", List.of("audit"))));
    thrown(
        "A header's value is of no type that travels",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give a String, Integer, Long, Double, Boolean, Instant, byte[] or a List of these.",
        witness -> witness.tries(() -> JOB.header("size", 1.5f)));
    thrown(
        "The headers are too large",
        PublishException.class,
        AT_ONCE,
        "Move what is large into the body.",
        witness -> inMemory(witness, to("uploads"), JOB.header("note", "n".repeat(70_000))));
    thrown(
        "The delay is beyond the maximum",
        PublishException.class,
        AT_ONCE,
        "Keep the job elsewhere until it is nearer.",
        witness -> inMemory(
            witness, to("uploads"), EnqueueOptions.in(Duration.ofDays(365 * 4)).id("job-1")));
    thrown(
        "The job would expire before it is due",
        IllegalArgumentException.class,
        AT_ONCE,
        "Let it expire later, or start sooner.",
        witness -> inMemory(
            witness,
            to("uploads"),
            EnqueueOptions.at(Instant.parse("2100-01-01T12:00:00Z"))
                .expiry(Instant.parse("2100-01-01T11:00:00Z"))));
    thrown(
        "The task's queue has no priority levels",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give the task's queue more by Queue.priorities, or leave the priority out.",
        witness -> inMemory(witness, to("uploads"), JOB.priority(3)));
    thrown(
        "A priority is out of range",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give 0 to 255.",
        witness -> witness.tries(() -> EnqueueOptions.withPriority(256)));
  }

  private void refusals() {
    thrown(
        "The user has no permission to publish",
        PublishException.class,
        ROUND_TRIPS,
        "Have the permission granted with 'rabbitmqctl set_permissions'.",
        witness -> {
          try (Broker broker = Rabbit.connected(Broker.open(Rabbit.addressOfUser()))) {
            witness.tries(() -> TaskClient.on(broker).enqueue(to("uploads"), UPLOAD, JOB));
          }
        });
    thrown(
        "The queue is full",
        PublishException.class,
        ROUND_TRIPS,
        "Look at the queue's length limit and its members on the server.",
        witness -> {
          Rabbit.node().ctl("set_policy", "small", "^full$", "{\"max-length\":1}");
          try (Broker broker = Rabbit.open()) {
            TaskClient tasks = TaskClient.on(broker);
            tasks.enqueue(to("full"), UPLOAD);
            witness.tries(() -> fill(tasks, to("full")));
          }
        });
    thrown(
        "One of the queues behind an exchange is full",
        PublishException.class,
        ROUND_TRIPS,
        "Look at the length limits and members of the queues on the server.",
        witness -> {
          Exchange events = Exchange.fanout("full-events");
          Rabbit.node().ctl("set_policy", "little", "^full-queue$", "{\"max-length\":1}");
          try (Broker broker = Rabbit.open()) {
            Queue dead = Queue.named("full-queue.dead");
            Queue queue = Queue.named("full-queue").overflow(dead.name());
            broker.declare(events, dead, queue, queue.boundTo(events, "")).join();
            TaskClient tasks = TaskClient.on(broker);
            witness.tries(() -> fill(tasks, through(events, "")));
          }
        });
    thrown(
        "The broker in memory is full",
        PublishException.class,
        AT_ONCE,
        "Have messages consumed first, or raise 'max-messages' in the address.",
        witness -> {
          try (Broker broker = Broker.open("memory:?max-messages=1")) {
            TaskClient tasks = TaskClient.on(broker);
            tasks.enqueue(to("uploads"), UPLOAD);
            witness.tries(() -> tasks.enqueue(to("uploads"), UPLOAD, JOB));
          }
        });
    thrown(
        "Some jobs of a batch are refused",
        BatchException.class,
        AT_ONCE,
        "Enqueue again those that failures() names, and no other; that makes no duplicate.",
        witness -> {
          try (Broker broker = Broker.open("memory:")) {
            TaskClient tasks = TaskClient.on(broker).maxPayload(100);
            List<Upload> uploads = List.of(UPLOAD, new Upload("a".repeat(200)));
            witness.tries(() -> tasks.enqueueAll(to("uploads"), uploads));
          }
        });
    thrown(
        "The options of a batch are null for a payload",
        BatchException.class,
        AT_ONCE,
        "Enqueue again those that failures() names, and no other; that makes no duplicate.",
        witness -> {
          try (Broker broker = Broker.open("memory:")) {
            Function<Upload, EnqueueOptions> optionless = upload -> null;
            witness.tries(
                () -> TaskClient.on(broker).enqueueAll(to("uploads"), List.of(UPLOAD), optionless));
          }
        });
  }

  /** A server lets a few more in than it should. */
  private static void fill(TaskClient tasks, Task<Upload> task) {
    for (int sent = 0; sent < 10; sent++) {
      tasks.enqueue(task, UPLOAD, JOB);
    }
  }

  private static void enqueues(Witness witness, Task<Upload> task) {
    try (Broker broker = Rabbit.open()) {
      witness.tries(() -> TaskClient.on(broker).enqueue(task, UPLOAD, JOB));
    }
  }

  private static void inMemory(Witness witness, Task<Upload> task, EnqueueOptions options) {
    try (Broker broker = Broker.open("memory:")) {
      witness.tries(() -> TaskClient.on(broker).enqueue(task, UPLOAD, options));
    }
  }

  private static Task<Upload> to(String queue) {
    return Task.of("uploads.render", Upload.class).on(queue);
  }

  private static Task<Upload> through(Exchange exchange, String key) {
    return Task.of("uploads.uploaded", Upload.class).through(exchange, key);
  }
}
