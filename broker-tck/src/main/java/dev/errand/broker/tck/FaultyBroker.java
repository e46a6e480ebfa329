package dev.errand.broker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.broker.UnavailableException;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A broker that is right but for one {@link Fault}: it shows that a case of the contract can fail.
 * Thread-safe as far as the cases need it; not for use elsewhere.
 */
public final class FaultyBroker implements Broker {
  private static final Duration LONG = Duration.ofSeconds(3);
  private static final int HUNDREDS = 500;

  private final Broker broker;
  private final Fault fault;
  private final Scheduler late;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final FaultyDeclaring declaring;
  private final FaultyPublishing publishing;

  private FaultyBroker(Broker broker, Fault fault) {
    this.broker = broker;
    this.fault = fault;
    this.late = broker.time().scheduler("errand-late");
    this.declaring = new FaultyDeclaring(broker, fault);
    this.publishing = new FaultyPublishing(broker, fault, declaring);
  }

  /** The broker with this fault. */
  public static Broker of(Broker broker, Fault fault) {
    if (fault == Fault.THREAD_LEFT) {
      FaultyThreads.leaveAThread();
    }
    if (fault == Fault.THREAD_BUSY) {
      FaultyThreads.keepAThreadBusy();
    }
    return new FaultyBroker(broker, fault);
  }

  boolean has(Fault other) {
    return fault == other;
  }

  Fault fault() {
    return fault;
  }

  /** Runs it on the broker's clock, long after. */
  void later(Runnable action) {
    late.after(LONG, action);
  }

  @Override
  public void ready(Duration atMost) {
    try {
      if (!has(Fault.READY_AT_ONCE)) {
        broker.ready(atMost);
      }
    } catch (UnavailableException refused) {
      throw has(Fault.REFUSAL_UNNAMED)
          ? new UnavailableException("It is refused. Look why.", null)
          : refused;
    }
  }

  @Override
  public Capabilities capabilities() {
    if (has(Fault.CAPABILITIES_GUESSED)) {
      return new Capabilities(
          "a server", 1, Duration.ZERO, Duration.ofMillis(1), Queue.Durability.NOTHING, Map.of());
    }
    Capabilities found = broker.capabilities();
    Map<Queue.Durability, Integer> levels = new HashMap<>(found.priorities());
    if (has(Fault.LEVELS_OVERSTATED)) {
      levels.replaceAll((durability, number) -> number + 1);
    }
    return new Capabilities(
        found.server(),
        found.maxBodyBytes(),
        found.maxDelay(),
        found.delayStep(),
        has(Fault.DURABILITY_CLAIMED) ? Queue.Durability.REPLICATED : found.durability(),
        levels,
        found.consumerTimeout());
  }

  @Override
  public Time time() {
    return broker.time();
  }

  @Override
  public CompletableFuture<Void> declare(Topology... parts) {
    return declaring.declare(parts);
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    return publishing.publish(publication);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    int asked = has(Fault.PREFETCH_TOO_LARGE) ? prefetch + 1 : prefetch;
    if (has(Fault.PREFETCH_UNCHECKED)) {
      asked = Math.max(1, Math.min(1_000, asked));
    }
    Receiver heard = has(Fault.FORGETS_BEYOND_HUNDREDS) && subscriptions.size() >= HUNDREDS
        ? delivery -> {}
        : receiver;
    return new FaultySubscription(
        broker, asked, new FaultyReceiver(this, broker, queue, heard), subscriptions);
  }

  @Override
  public CompletableFuture<QueueReport> inspect(String queue, int head) {
    CompletableFuture<QueueReport> report = broker.inspect(queue, head);
    if (head > 0 && has(Fault.LOOKS_TAKE)) {
      takeOne(queue);
    }
    return switch (fault) {
      case COUNTS_NO_MESSAGES ->
        report.thenApply(
            found -> new QueueReport(queue, 0, found.unsettled(), found.consumers(), found.head()));
      case MISSING_IS_EMPTY ->
        report.exceptionally(error ->
            new QueueReport(queue, 0, OptionalLong.empty(), OptionalLong.empty(), List.of()));
      default -> report;
    };
  }

  private void takeOne(String queue) {
    AtomicBoolean taken = new AtomicBoolean();
    Receiver taking = delivery -> {
      if (taken.compareAndSet(false, true)) {
        CompletableFuture<Void> unused = delivery.ack();
      }
    };
    broker.subscribe(queue, 1, taking).close();
  }

  @Override
  public void close() {
    if (!has(Fault.CLOSE_IGNORED)) {
      broker.close();
      late.close();
    }
  }

  @Override
  public String toString() {
    return has(Fault.SHOWS_ADDRESS) ? "Broker[memory://user:secret@host]" : broker.toString();
  }
}
