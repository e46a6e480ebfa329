package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Route;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.ManualTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A broker in memory on a clock moved by hand, a task, a client, and one who hears all. */
final class Stage implements AutoCloseable {
  static final String QUEUE = "greetings";

  static final Task<String> GREET = Task.of("greet", String.class)
      .on(QUEUE)
      .retrying(RetryPolicy.every(Duration.ofSeconds(5)).attempts(3));

  final ManualTime time = ManualTime.create();
  final Broker broker = Broker.open("memory:", time);
  final TaskClient client = TaskClient.on(broker);
  final Recorder events = new Recorder();

  private @Nullable Worker worker;

  WorkerBuilder worker() {
    // No look of the watchdog comes between a test and the deadline that it waits for.
    return Worker.on(broker)
        .name("test")
        .concurrency(2)
        .silence(WorkerBuilder.LONGEST_SILENCE)
        .listener(events);
  }

  /** Starts a worker that ends with the stage, if not before. */
  Worker start(WorkerBuilder builder) {
    Worker started = builder.start();
    worker = started;
    return started;
  }

  StopReport stop() {
    return Objects.requireNonNull(worker, "no worker was started").stop();
  }

  /** The broker, but that this method of it answers otherwise. */
  static Broker answering(Broker real, String asked, BiFunction<Broker, Object[], Object> answer) {
    return (Broker) Proxy.newProxyInstance(
        Broker.class.getClassLoader(), new Class<?>[] {Broker.class}, (self, method, args) -> {
          try {
            return method.getName().equals(asked)
                ? answer.apply(real, args)
                : method.invoke(real, args);
          } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
          }
        });
  }

  /** As a foreign sender does; the queue has to stand. */
  void publish(Message message) {
    broker.publish(Publication.of(message, Route.queue(QUEUE))).join();
  }

  QueueReport report(String queue) {
    return broker.inspect(queue, 0).join();
  }

  List<Message> dead() {
    return broker.inspect(QUEUE + ".dead", 10).join().head();
  }

  List<Message> waiting() {
    return broker.inspect(QUEUE, 10).join().head();
  }

  CompletableFuture<StopReport> stopElsewhere(Worker stopped) {
    return CompletableFuture.supplyAsync(stopped::stop, task -> new Thread(task).start());
  }

  /** Moves the clock once the stop waits on it, by exactly what it waits for. */
  void passDeadline(Duration expected) {
    Awaitility.await().until(() -> time.untilNext().filter(expected::equals).isPresent());
    time.advance(expected);
  }

  /** As user code that no interrupt ends. */
  static void awaitThroughInterrupts(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException ignored) {
        // That is what this code does.
      }
    }
  }

  static void assertNoThreads(String worker) {
    assertNoThreadThat(name -> name.startsWith("errand-" + worker + "-"));
  }

  /** Waits for the end of the thread of this name. */
  static void assertNoThread(String wanted) {
    assertNoThreadThat(wanted::equals);
  }

  private static void assertNoThreadThat(Predicate<String> name) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
            .extracting(Thread::getName)
            .noneMatch(name));
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
    broker.close();
  }
}
