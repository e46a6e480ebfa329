package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;
import static dev.errand.errors.Bound.after;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.PublishException;
import dev.errand.testing.rabbit.RabbitProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

@SuppressWarnings("try") // What is open need not be named.
final class OutageTest extends Chapter {
  private static final EnqueueOptions JOB = EnqueueOptions.withId("job-1");
  private static final Upload UPLOAD = new Upload("a.md");
  private static final String SHORT = "publish-timeout=500ms";
  private static final Bound PUBLISH_TIMEOUT =
      after("the publish time-out", Duration.ofMillis(500));
  private static final String MAY_RUN_TWICE = "Publish it again where its handler may run twice.";

  OutageTest() {
    super("Enqueue during an outage");
  }

  @Override
  void failures() {
    thrown(
        "The server is down when the application starts",
        PublishException.class,
        PUBLISH_TIMEOUT,
        "Start the server, or correct host and port in the address.",
        witness -> {
          String address = Rabbit.with("amqp://127.0.0.1:" + ConnectingTest.freePort(), SHORT);
          try (Broker broker = Broker.open(address)) {
            witness.tries(() -> TaskClient.on(broker).enqueue(to("uploads"), UPLOAD, JOB));
          }
        });
    thrown(
        "The server goes down while jobs are enqueued",
        PublishException.class,
        PUBLISH_TIMEOUT,
        "Start the server again, or look at the network.",
        this::goesDown);
    thrown(
        "The connection is lost while the answer is awaited",
        PublishException.class,
        AT_ONCE,
        MAY_RUN_TWICE,
        witness -> proxied(witness, "publish-timeout=10s", (proxy, tasks) -> {
          proxy.holdAnswers();
          CompletableFuture<?> answer = tasks.enqueueAsync(to("uploads"), UPLOAD, JOB);
          proxy.refuse();
          TopologyTest.join(answer::join);
        }));
    thrown(
        "The server does not answer",
        PublishException.class,
        PUBLISH_TIMEOUT,
        "See to the broker, and publish it again where its handler may run twice.",
        witness -> proxied(witness, SHORT, (proxy, tasks) -> {
          proxy.holdAnswers();
          tasks.enqueue(to("uploads"), UPLOAD, JOB);
        }));
    thrown(
        "The window is full of unanswered jobs",
        PublishException.class,
        PUBLISH_TIMEOUT,
        "Look why the server answers slowly, or raise 'window' in the address.",
        witness -> proxied(witness, "window=1&" + SHORT, (proxy, tasks) -> {
          proxy.holdAnswers();
          CompletableFuture<?> unusedFirst = tasks.enqueueAsync(to("uploads"), UPLOAD);
          tasks.enqueue(to("uploads"), UPLOAD, JOB);
        }));
    thrown(
        "Publishing is blocked by an alarm",
        PublishException.class,
        PUBLISH_TIMEOUT,
        "Free memory or disk on the server.",
        this::alarm);
    thrown(
        "The thread is interrupted while it waits for the answer",
        PublishException.class,
        AT_ONCE,
        MAY_RUN_TWICE,
        witness -> proxied(witness, "publish-timeout=10s", (proxy, tasks) -> {
          proxy.holdAnswers();
          Thread waiting = Thread.currentThread();
          Thread interrupter = new Thread(() -> interruptOnceAnAnswerIsAwaited(waiting));
          interrupter.start();
          try {
            tasks.enqueue(to("uploads"), UPLOAD, JOB);
          } finally {
            boolean unusedFlag = Thread.interrupted();
            interrupter.join();
            proxy.refuse();
          }
        }));
    thrown(
        "The thread is interrupted before the job is sent",
        PublishException.class,
        AT_ONCE,
        "Publish it again on a thread that is not interrupted.",
        witness -> {
          String address = "amqp://127.0.0.1:" + ConnectingTest.freePort();
          try (Broker broker = Broker.open(address)) {
            Thread.currentThread().interrupt();
            witness.tries(() -> TaskClient.on(broker).enqueue(to("uploads"), UPLOAD, JOB));
          } finally {
            boolean unusedFlag = Thread.interrupted();
          }
        });
    thrown(
        "The broker was closed before",
        PublishException.class,
        AT_ONCE,
        "Open another one.",
        witness -> {
          Broker broker = Broker.open("memory:");
          broker.close();
          witness.tries(() -> TaskClient.on(broker).enqueue(to("uploads"), UPLOAD, JOB));
        });
  }

  private static void interruptOnceAnAnswerIsAwaited(Thread waiting) {
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    waiting.interrupt();
  }

  private void goesDown(Witness witness) throws IOException {
    try (RabbitProxy proxy = RabbitProxy.before(Rabbit.node());
        Broker broker = Rabbit.connected(Broker.open(Rabbit.with(proxy.address(), SHORT)))) {
      TaskClient tasks = TaskClient.on(broker);
      enqueueInTheEnd(tasks);
      proxy.refuse();
      awaitUnavailable(tasks);
      witness.tries(() -> tasks.enqueue(to("uploads"), UPLOAD, JOB));
    }
  }

  private void alarm(Witness witness) {
    try (Broker broker = Rabbit.open(SHORT)) {
      TaskClient tasks = TaskClient.on(broker);
      enqueueInTheEnd(tasks);
      Rabbit.node().ctl("set_vm_memory_high_watermark", "0");
      try {
        awaitUnavailable(tasks);
        witness.tries(() -> tasks.enqueue(to("uploads"), UPLOAD, JOB));
      } finally {
        Rabbit.node().ctl("set_vm_memory_high_watermark", "0.4");
      }
    }
  }

  /** The queue stands then. Again and again, as one time-out is short for a busy machine. */
  private static void enqueueInTheEnd(TaskClient tasks) {
    for (int tries = 1; ; tries++) {
      try {
        tasks.enqueue(to("uploads"), UPLOAD);
        return;
      } catch (PublishException late) {
        if (tries == 20) {
          throw late;
        }
      }
    }
  }

  /** It is known that nothing goes; what left before that was is unanswered. */
  private static void awaitUnavailable(TaskClient tasks) {
    PublishException.Reason reason = PublishException.Reason.OUTCOME_UNKNOWN;
    for (int tries = 0; tries < 20 && reason != PublishException.Reason.UNAVAILABLE; tries++) {
      try {
        tasks.enqueue(to("uploads"), UPLOAD);
      } catch (PublishException refused) {
        reason = refused.reason();
      }
    }
  }

  /** What a broker does while a proxy before its server misbehaves. */
  @FunctionalInterface
  private interface Misbehaviour {
    void with(RabbitProxy proxy, TaskClient tasks) throws Exception;
  }

  private static void proxied(Witness witness, String parameters, Misbehaviour misbehaviour)
      throws IOException {
    try (RabbitProxy proxy = RabbitProxy.before(Rabbit.node());
        Broker broker = Rabbit.connected(Broker.open(Rabbit.with(proxy.address(), parameters)))) {
      TaskClient tasks = TaskClient.on(broker);
      enqueueInTheEnd(tasks);
      witness.tries(() -> misbehaviour.with(proxy, tasks));
    }
  }

  private static Task<Upload> to(String queue) {
    return Task.of("uploads.render", Upload.class).on(queue);
  }
}
