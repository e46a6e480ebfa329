package dev.errand.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskContext;
import dev.errand.broker.Broker;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PrefetchAndConcurrencyTest {
  record Upload(String file) {}

  static final Task<Upload> THUMBNAIL =
      Task.of("uploads.thumbnail", Upload.class).on("quick");
  static final Task<Upload> TRANSCODE =
      Task.of("uploads.transcode", Upload.class).on("slow");

  private final Broker broker = Broker.open("memory:");
  private final TaskClient tasks = TaskClient.on(broker);
  private final AtomicInteger running = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Worker> workers = new ArrayList<>();

  @AfterEach
  void close() {
    end.countDown();
    workers.forEach(Worker::close);
    broker.close();
  }

  @Test
  void concurrency_boundsTheHandlersOfAllQueuesTogether() {
    start(both().concurrency(3));
    enqueue(THUMBNAIL, 4);
    enqueue(TRANSCODE, 4);

    awaitLeft("quick", 0);
    awaitLeft("slow", 0);

    await().during(Duration.ofMillis(200)).until(() -> running.get() == 3);
  }

  @Test
  void prefetch_boundsAllQueuesTogether_eachByItsShare_andTheRunningJobsAreAmongIt() {
    start(both().concurrency(8).prefetch(4));
    enqueue(THUMBNAIL, 5);
    enqueue(TRANSCODE, 5);

    awaitLeft("quick", 3);
    awaitLeft("slow", 3);

    await().until(() -> running.get() == 4);
  }

  @Test
  void prefetch_unlessSaid_isFourTimesTheConcurrency_andAtLeastOneForEachQueue() {
    enqueue(THUMBNAIL, 100);
    start(Worker.on(broker).handle(THUMBNAIL, this::hold));
    awaitLeft("quick", 100 - 32);

    start(Worker.on(broker).handle(THUMBNAIL, this::hold).concurrency(3));
    awaitLeft("quick", 100 - 32 - 12);

    enqueue(TRANSCODE, 10);
    start(both().concurrency(8).prefetch(1));
    awaitLeft("quick", 100 - 32 - 12 - 1);
    awaitLeft("slow", 10 - 1);
  }

  @Test
  void twoWorkers_inOneProcess_keepTheirHandlersApart() {
    // @start region="two-workers"
    Worker quick = Worker.on(broker)
        .name("quick")
        .handle(THUMBNAIL, this::thumbnail) // 20 ms
        .concurrency(4)
        .prefetch(32)
        .start();
    Worker slow = Worker.on(broker)
        .name("slow")
        .handle(TRANSCODE, this::transcode) // 10 min
        .concurrency(2)
        .prefetch(2)
        .start();
    // @end
    workers.addAll(List.of(quick, slow));
    enqueue(TRANSCODE, 10);
    enqueue(THUMBNAIL, 100);

    awaitLeft("quick", 100 - 32);
    awaitLeft("slow", 10 - 2);

    await().until(() -> running.get() == 4 + 2);
  }

  private WorkerBuilder both() {
    return Worker.on(broker).handle(THUMBNAIL, this::hold).handle(TRANSCODE, this::hold);
  }

  private void start(WorkerBuilder described) {
    workers.add(described.start());
  }

  private void enqueue(Task<Upload> task, int jobs) {
    assertThat(tasks.enqueueAll(task, Collections.nCopies(jobs, new Upload("a"))))
        .hasSize(jobs);
  }

  private void thumbnail(Upload upload, TaskContext job) throws InterruptedException {
    hold(upload, job);
  }

  private void transcode(Upload upload, TaskContext job) throws InterruptedException {
    hold(upload, job);
  }

  /** A job that runs until the test ends. */
  private void hold(Upload upload, TaskContext job) throws InterruptedException {
    running.incrementAndGet();
    end.await();
  }

  /** Waits until so many are in nobody's hands. */
  private void awaitLeft(String queue, long left) {
    await("left in " + queue)
        .until(() -> broker.inspect(queue, 0).join().ready(), ready -> ready == left);
  }
}
