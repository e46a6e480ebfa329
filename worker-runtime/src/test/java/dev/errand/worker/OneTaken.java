package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.time.ManualTime;
import dev.errand.time.Scheduler;
import dev.errand.worker.decide.Whence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A delivery of a broker in memory, taken by an intake that hands nothing on. */
final class OneTaken implements AutoCloseable {
  final ManualTime time = ManualTime.create();
  private final Broker broker = Broker.open("memory:", time);
  private final Intake intake = intake();
  private final Delivery delivery = delivery();

  /** The delivery, as if it had just come. */
  Taken taken() {
    return new Taken(intake, delivery, 0, Whence.QUEUE, 0);
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

  private Intake intake() {
    Herald herald = new Herald(new Events("test", event -> {}));
    Dispatcher nobody = new Dispatcher("test", 1, Threads.PLATFORM, (each, thread) -> {});
    Scheduler scheduler = time.scheduler("test");
    Holding holding = new Holding(broker, 1, 1, List.of(), herald, new Ticker(scheduler));
    Lifecycle lifecycle = new Lifecycle();
    Places places = new Places(Map.of(), broker, herald, lifecycle);
    Settling settling = new Settling(new Letters(broker, "test"), scheduler, herald, places);
    return new Supply("q", List.of(1), nobody, holding, settling, new Suspect(), lifecycle)
        .intakes()
        .get(0);
  }

  @Override
  public void close() {
    broker.close();
  }
}
