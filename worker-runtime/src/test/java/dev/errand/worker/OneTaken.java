package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.ManualTime;
import dev.errand.time.Scheduler;
import dev.errand.worker.decide.Counters;
import dev.errand.worker.decide.Outcome;
import dev.errand.worker.decide.Whence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A delivery of a broker in memory, taken by who hands nothing on. */
final class OneTaken implements AutoCloseable {
  final ManualTime time = ManualTime.create();
  final Broker broker = Broker.open("memory:", time);
  private final Arrivals arrivals = new Arrivals("q", Whence.QUEUE, reception(dispatcher()));
  private final Delivery delivery = delivery();

  /** The delivery, as if it had just come. */
  Taken taken() {
    return new Taken(arrivals, delivery, 0, Whence.QUEUE, 0);
  }

  /** The same, as if it had come from a lane. */
  Taken fromLane() {
    return new Taken(arrivals, delivery, 0, Whence.LANE, 0);
  }

  /** Another, of whatever broker. */
  Taken taken(Delivery other) {
    return new Taken(arrivals, other, 0, Whence.QUEUE, 0);
  }

  /** Its job, which may run for so long. */
  Bound bound(Duration timeout) {
    return bound(taken(), timeout);
  }

  /** The same of another. */
  static Bound bound(Taken taken, Duration timeout) {
    return new Bound(
        taken,
        new Job("1", "greet", "q", 1),
        Counters.FIRST,
        RetryPolicy.never(),
        false,
        context -> new Outcome.Done(),
        Optional.of(timeout));
  }

  private Delivery delivery() {
    AtomicReference<@Nullable Delivery> delivered = new AtomicReference<>();
    broker.declare(Queue.named("q")).join();
    broker
        .publish(Publication.of(Message.of("1", new byte[0]).build(), Route.queue("q")))
        .join();
    Subscription unused = broker.subscribe("q", 1, delivered::set);
    Awaitility.await().until(() -> delivered.get() != null);
    return Optional.ofNullable(delivered.get()).orElseThrow();
  }

  Herald herald() {
    return new Herald(new Events("test", event -> {}), time);
  }

  /** Whose threads never start. */
  Dispatcher dispatcher() {
    return new Dispatcher("test", 1, Threads.PLATFORM, time, (taken, thread) -> {});
  }

  /** Of a worker that has this dispatcher. */
  Reception reception(Dispatcher dispatcher) {
    Herald herald = herald();
    Scheduler scheduler = time.scheduler("test");
    Holding holding = new Holding(broker, 1, 1, List.of(), herald, new Ticker(scheduler));
    Places places = new Places(Map.of(), broker, herald, new Lifecycle(time, Duration.ZERO));
    Settling settling = new Settling(new Letters(broker, "test"), scheduler, time, herald, places);
    return new Reception(dispatcher, holding, settling, new Suspect(), new StillRunning());
  }

  @Override
  public void close() {
    broker.close();
  }
}
