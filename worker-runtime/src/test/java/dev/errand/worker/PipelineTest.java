package dev.errand.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.broker.Topology;
import dev.errand.codec.PayloadCodec;
import dev.errand.time.ManualTime;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import dev.errand.worker.decide.Decider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a fault of ours costs: the job that met it, and no other. */
@Timeout(60)
class PipelineTest {
  /** As {@link OneTaken} has it. */
  private static final String QUEUE = "q";

  private static final Task<String> GREET = Task.of("greet", String.class).on(QUEUE);

  private final ManualTime time = ManualTime.create();
  private final Broker broker = Broker.open("memory:", time);
  private final OneTaken one = new OneTaken();
  private final Recorder recorder = new Recorder();
  private final Events events = new Events("test", recorder);
  private final Herald herald = new Herald(events, time);
  private final Lifecycle lifecycle = new Lifecycle(time, Duration.ZERO);
  private final Settling settling = new Settling(
      new Letters(broker, "test"),
      time.scheduler("test"),
      time,
      herald,
      new Places(Map.of(), broker, herald, lifecycle));
  private final Pipeline pipeline = new Pipeline(
      new Binder(
          Map.of(
              QUEUE,
              Map.of(GREET.name(), new Handled<>(GREET.fromHome(), (name, job) -> fail(name)))),
          PayloadCodec.json(),
          new StillRunning(),
          time),
      new Calls(
          lifecycle, new Ticker(time.scheduler("test")), time.scheduler("test"), events, time),
      new Decider(new Random(), Duration.ZERO),
      settling,
      events,
      new NoNow());
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

  @BeforeEach
  void consume() {
    broker.declare(GREET.home().topology().toArray(Topology[]::new)).join();
    broker.subscribe(QUEUE, 10, deliveries::add);
  }

  @AfterEach
  void close() {
    one.close();
    broker.close();
  }

  private static void fail(String name) {
    throw new IllegalStateException(name);
  }

  /** A clock that does not say the time, as no part of a worker may expect. */
  private final class NoNow implements Time {
    @Override
    public Instant instant() {
      throw new IllegalStateException("no time");
    }

    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public Scheduler scheduler(String threadName) {
      return time.scheduler(threadName);
    }
  }

  private Taken taken() throws InterruptedException {
    Message message =
        Message.of("1", "\"Ann\"".getBytes(UTF_8)).type(GREET.name()).build();
    broker.publish(Publication.of(message, Route.queue(QUEUE))).join();
    return one.taken(deliveries.take());
  }

  private void assertRejected(Taken taken) {
    assertThat(taken.progress().step()).isEqualTo(Step.SETTLED);
    assertThat(broker.inspect(QUEUE + ".dead", 1).join().head()).hasSize(1);
    assertThat(settling.unanswered()).isEmpty();
  }

  @Test
  void fault_ofAJobThatRan_rejectsIt_andLeavesNothingToTakeAway() throws Exception {
    Taken taken = taken();
    AtomicReference<@Nullable RunningJob> left = new AtomicReference<>();
    HandlerThread thread = new HandlerThread(Threads.PLATFORM, "errand-test", time, self -> {
      assertThat(self.takeUp(taken)).isTrue();
      pipeline.process(taken, self);
      left.set(self.takeAway());
    });
    thread.start();
    thread.released().join();

    assertRejected(taken);
    assertThat(left.get()).isNull();
    assertThat(recorder.all(WorkerEvent.Fault.class)).hasSize(1);
  }

  @Test
  void fault_ofAJobThatWasTakenAway_rejectsIt_andIsNoneOfWhoTookIt() throws Exception {
    Taken taken = taken();
    RunningJob job = new RunningJob(OneTaken.bound(taken, Duration.ofSeconds(1)), lifecycle, time);
    taken.progress().to(Step.RUNNING);
    time.advance(Duration.ofSeconds(1));
    assertThat(job.timeOutIfDue(() -> new StackTraceElement[0])).isTrue();

    List<WorkerEvent> told = pipeline.takenAway(job);

    assertThat(told).singleElement().isInstanceOf(WorkerEvent.Fault.class);
    assertRejected(taken);
  }
}
