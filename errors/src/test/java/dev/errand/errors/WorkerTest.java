package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;
import static dev.errand.errors.Bound.ROUND_TRIPS;
import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskHandler;
import dev.errand.Upcasters;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.testing.rabbit.RabbitProxy;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

@SuppressWarnings("try") // What is open need not be named.
final class WorkerTest extends Chapter {
  private static final Task<Upload> RENDER =
      Task.of("uploads.render", Upload.class).on("uploads").retrying(RetryPolicy.never());
  private static final Task<Upload> UPLOADED =
      Task.of("uploads.uploaded", Upload.class).through(Exchange.topic("events"), "upload.md");
  private static final TaskHandler<Upload> IDLE = (upload, job) -> {};
  private static final EnqueueOptions JOB = EnqueueOptions.withId("job-1");
  private static final Upload UPLOAD = new Upload("a.md");
  private static final long LONG_AGO = 0;
  private static final String DEPLOY =
      "Deploy that worker; this line is written once for each reason.";
  private static final String SEND_AGAIN =
      "Mend the cause, and send it again as docs/guides/delays-and-retries.md says.";

  WorkerTest() {
    super("Worker");
  }

  @Override
  void failures() {
    building();
    jobs();
    queues();
  }

  private void building() {
    refused(
        "A worker has nothing to handle",
        IllegalStateException.class,
        "Say what it handles before it starts.",
        WorkerBuilder::start);
    refused(
        "A task has two handlers",
        IllegalArgumentException.class,
        "Leave one of them out.",
        worker -> worker.handle(RENDER, IDLE).handle(RENDER, IDLE));
    refused(
        "Two tasks have one name at a queue",
        IllegalArgumentException.class,
        "Leave the alias out of one of them.",
        worker -> worker
            .handle(RENDER, IDLE)
            .handle(
                Task.of("uploads.print", Upload.class).on("uploads").alias("uploads.render"),
                IDLE));
    refused(
        "A task's alias is its name",
        IllegalArgumentException.class,
        "Leave that alias out.",
        worker -> worker.handle(RENDER.alias("uploads.render"), IDLE));
    refused(
        "A payload's up-casters do not lead to its version",
        IllegalArgumentException.class,
        "Give one for each version up to 3, or the version they lead to.",
        worker ->
            worker.handle(RENDER.version(3, Upcasters.from(1, String.class, Upload::new)), IDLE));
    refused(
        "A source of a topic exchange has no binding",
        IllegalStateException.class,
        "Say which routing keys, by boundBy(key, ...).",
        worker -> worker.handle(UPLOADED.from("index"), IDLE));
    refused(
        "A task through an exchange is handled without a queue",
        IllegalArgumentException.class,
        "Name the queue that they are copied into, by task.from(queue).",
        worker -> worker.handle(UPLOADED, IDLE));
    refused(
        "Two tasks want one queue in two ways",
        IllegalArgumentException.class,
        "Let the tasks share one constant.",
        worker -> worker
            .handle(RENDER, IDLE)
            .handle(
                Task.of("uploads.index", Upload.class)
                    .on(Queue.named("uploads").durability(Queue.Durability.DURABLE)),
                IDLE));
    refused(
        "A worker is to handle dead letters",
        IllegalArgumentException.class,
        "List them and send them back by DeadLetters.of(broker, \"uploads\"), or name another queue.",
        worker -> worker.handle(Task.of("uploads.mourn", Upload.class).on("uploads.dead"), IDLE));
    refused(
        "A worker is to handle the lane of another queue",
        IllegalArgumentException.class,
        "Name another queue.",
        worker ->
            worker.handle(Task.of("uploads.return", Upload.class).on("uploads.returned"), IDLE));
    refused(
        "A task that must never run twice is given a policy with more than one attempt",
        IllegalArgumentException.class,
        "Leave one of atMostOnce and retrying out.",
        worker -> worker.handle(
            RENDER
                .atMostOnce()
                .retrying(RetryPolicy.every(Duration.ofSeconds(1)).attempts(3)),
            IDLE));
    refused(
        "A policy that never tries again is given attempts",
        IllegalArgumentException.class,
        "Begin with every(delay) or exponential(first) in place of never().",
        worker -> worker.handle(RENDER.retrying(RetryPolicy.never().attempts(3)), IDLE));
    refused(
        "A policy says something of an exception that never counts",
        IllegalArgumentException.class,
        "Name the narrower class first, and each once.",
        worker -> worker.handle(
            RENDER.retrying(RetryPolicy.DEFAULT
                .givingUpOn(RuntimeException.class)
                .on(IllegalStateException.class, RetryPolicy.every(Duration.ofMinutes(5)))),
            IDLE));
    refused(
        "A policy calls a handler again in hand for too long",
        IllegalArgumentException.class,
        "Give 1 ms or more, and 3 of them at most 10 s together; attempts are for longer ones.",
        worker -> worker.handle(
            RENDER.retrying(RetryPolicy.DEFAULT.inHand(3, Duration.ofMinutes(1))), IDLE));
    refused(
        "The concurrency is out of range",
        IllegalArgumentException.class,
        "Give 1 to 10000.",
        worker -> worker.concurrency(0));
    refused(
        "The concurrency needs virtual threads",
        IllegalStateException.class,
        "Give it virtualThreads(), or less concurrency.",
        worker -> worker.handle(RENDER, IDLE).concurrency(1001).start());
    refused(
        "The prefetch is out of range",
        IllegalArgumentException.class,
        "Give 1 to 40000.",
        worker -> worker.prefetch(40_001));
    refused(
        "A time-out is out of range",
        IllegalArgumentException.class,
        "Give more than zero and at most 365 days, or leave it out for none.",
        worker -> worker.handle(RENDER.timeout(Duration.ZERO), IDLE));
    refused(
        "The grace period is out of range",
        IllegalArgumentException.class,
        "Give zero to 365 days.",
        worker -> worker.gracePeriod(Duration.ofSeconds(-1)));
    refused(
        "The time after which a process is killed is out of range",
        IllegalArgumentException.class,
        "Give more than zero and at most 365 days.",
        worker -> worker.killedAfter(Duration.ZERO));
    refused(
        "The grace period does not fit into the time after which the process is killed",
        IllegalStateException.class,
        "Give a shorter grace period, or a later kill.",
        worker -> worker
            .handle(RENDER, IDLE)
            .gracePeriod(Duration.ofSeconds(30))
            .killedAfter(Duration.ofSeconds(30))
            .start());
    refused(
        "The silence is out of range",
        IllegalArgumentException.class,
        "Give 1 second to 1 day.",
        worker -> worker.silence(Duration.ZERO));
    refused(
        "A worker's name is blank",
        IllegalArgumentException.class,
        "Give it one, or leave it out for 'worker'.",
        worker -> worker.name(" "));
    thrown(
        "A worker is started while the JVM ends",
        IllegalStateException.class,
        AT_ONCE,
        "Start it sooner.",
        witness -> {
          Exception refused = EndingJvm.refusalOf(EndingJvm.Late.WORKER);
          witness.tries(() -> {
            throw refused;
          });
        });
  }

  private void refused(
      String when,
      Class<? extends Exception> expected,
      String remedy,
      Consumer<WorkerBuilder> fault) {
    thrown(when, expected, AT_ONCE, remedy, witness -> {
      try (Broker broker = Broker.open("memory:")) {
        witness.tries(() -> fault.accept(Worker.on(broker)));
      }
    });
  }

  private void jobs() {
    told(
        "A job has no handler here",
        WorkerEvent.Waiting.class,
        AT_ONCE,
        DEPLOY,
        witness -> takes(witness, IDLE, job("uploads.shred", "{}", Map.of())));
    told(
        "A job has had no handler for the deploy period",
        WorkerEvent.DeadLettered.class,
        AT_ONCE,
        SEND_AGAIN,
        witness -> takes(
            witness, IDLE, job("uploads.shred", "{}", Map.of(WireFormat.WAITING_SINCE, LONG_AGO))));
    told(
        "A job has no type",
        WorkerEvent.DeadLettered.class,
        AT_ONCE,
        SEND_AGAIN,
        witness -> takes(witness, IDLE, job(null, "{}", Map.of())));
    told(
        "A job's payload does not parse",
        WorkerEvent.DeadLettered.class,
        AT_ONCE,
        SEND_AGAIN,
        witness -> takes(witness, IDLE, job("uploads.render", "{\"file\":", Map.of())));
    told(
        "A job was written by a newer version",
        WorkerEvent.Waiting.class,
        AT_ONCE,
        DEPLOY,
        witness -> takes(witness, IDLE, job("uploads.render", "{}", Map.of(WireFormat.FORMAT, 2))));
    told(
        "A job's payload is of a newer version",
        WorkerEvent.Waiting.class,
        AT_ONCE,
        DEPLOY,
        witness -> takes(
            witness, IDLE, job("uploads.render", "{}", Map.of(WireFormat.PAYLOAD_VERSION, 2))));
    told(
        "A job has failed for the last time",
        WorkerEvent.DeadLettered.class,
        AT_ONCE,
        SEND_AGAIN,
        witness -> takes(
            witness,
            (upload, job) -> {
              throw new IOException("no paper");
            },
            job("uploads.render", "{}", Map.of())));
    told(
        "A job's dead letter finds no queue",
        WorkerEvent.SettleFailed.class,
        ROUND_TRIPS,
        "Declare the queue, and publish it again then.",
        witness -> {
          Task<Upload> task =
              Task.of("uploads.render", Upload.class).on("unburied").retrying(RetryPolicy.never());
          try (Broker broker = Rabbit.open()) {
            TaskClient.on(broker).enqueue(task, UPLOAD, JOB);
            TaskHandler<Upload> failing = (upload, job) -> {
              Rabbit.somebodyElse(channel -> channel.queueDelete("unburied.dead"));
              throw new IOException("no paper");
            };
            try (Worker unused = worker(broker, witness).handle(task, failing).start()) {
              witness.hears();
              broker.declare(Queue.named("unburied.dead")).join(); // so that the stop need not wait
            }
          }
        });
  }

  private static Message job(@Nullable String type, String body, Map<String, Object> headers) {
    return Message.of("job-1", body.getBytes(UTF_8)).type(type).headers(headers).build();
  }

  private static void takes(Witness witness, TaskHandler<Upload> handler, Message job)
      throws Exception {
    try (Broker broker = Broker.open("memory:");
        Worker unused = worker(broker, witness).handle(RENDER, handler).start()) {
      broker.publish(Publication.of(job, Route.queue("uploads"))).join();
      witness.hears();
    }
  }

  private static WorkerBuilder worker(Broker broker, Witness witness) {
    return Worker.on(broker).name("renderer").listener(witness);
  }

  private void queues() {
    logged(
        "The server is down when a worker starts",
        Level.WARN,
        AT_ONCE,
        "Start the server, or correct host and port in the address.",
        witness -> {
          try (Broker broker = Broker.open("amqp://127.0.0.1:" + ConnectingTest.freePort());
              Worker unused = worker(broker, witness).handle(RENDER, IDLE).start()) {
            witness.reads("errand-publish cannot connect");
          }
        });
    told(
        "The server goes down under a worker",
        WorkerEvent.Recovering.class,
        AT_ONCE,
        "Look at the server and the network if this lasts.",
        witness -> {
          try (RabbitProxy proxy = RabbitProxy.before(Rabbit.node());
              Broker broker = Broker.open(proxy.address())) {
            CountDownLatch consuming = new CountDownLatch(1);
            try (Worker unused = worker(broker, witness)
                .listener(event -> {
                  if (event instanceof WorkerEvent.Consuming) {
                    consuming.countDown();
                  }
                })
                .handle(RENDER, IDLE)
                .start()) {
              consuming.await();
              witness.begins();
              proxy.refuse();
              witness.hears();
            }
          }
        });
    told(
        "A worker's user has no permission to declare",
        WorkerEvent.DeclarationFailed.class,
        ROUND_TRIPS,
        "Have the permission granted with 'rabbitmqctl set_permissions'.",
        witness -> works(witness, Rabbit.addressOfUser(), "closed"));
    told(
        "A worker's user has no permission to consume",
        WorkerEvent.Recovering.class,
        ROUND_TRIPS,
        "Have the permission granted with 'rabbitmqctl set_permissions'.",
        witness -> {
          try (Broker administrator = Rabbit.open()) {
            Task<Upload> task = Task.of("uploads.render", Upload.class).on("unread");
            TaskClient.on(administrator).enqueue(task, UPLOAD);
          }
          works(witness, Rabbit.addressOfUser(), "unread");
        });
    told(
        "A worker's queue was declared by someone else as a classic one",
        WorkerEvent.DeclarationFailed.class,
        ROUND_TRIPS,
        "Declare it with what it has, or take another name, or delete it once it is empty.",
        witness -> {
          Rabbit.somebodyElse(
              channel -> channel.queueDeclare("theirs", true, false, false, Map.of()));
          works(witness, Rabbit.address(), "theirs");
        });
    told(
        "The broker is closed under a worker",
        WorkerEvent.CutOff.class,
        AT_ONCE,
        "Close the worker first.",
        witness -> {
          Broker broker = Broker.open("memory:");
          try (Worker unused = worker(broker, witness).handle(RENDER, IDLE).start()) {
            broker.close();
            witness.hears();
          }
        });
  }

  private static void works(Witness witness, String address, String queue) throws Exception {
    try (Broker broker = Rabbit.connected(Broker.open(address))) {
      witness.begins();
      Task<Upload> task = Task.of("uploads.render", Upload.class).on(queue);
      try (Worker unused = worker(broker, witness).handle(task, IDLE).start()) {
        witness.hears();
      }
    }
  }
}
