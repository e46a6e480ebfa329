package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Subscription;
import dev.errand.codec.WireFormat;
import dev.errand.worker.decide.Counters;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes one queue's jobs, and those of its lane, which is a part of it: told as one. */
final class Supply {
  /** So that a loss tells which job of a lane it was: this worker had that one alone. */
  private static final int PREFETCH_OF_LANE = 1;

  private final String queue;
  private final Herald herald;
  private final Settling settling;
  private final Suspect suspect;
  private final List<Integer> prefetches;
  private final List<Intake> ofQueue;
  private final Intake ofLane;
  /** Guarded by this, as they are told their states on different threads. */
  private final Set<Intake> consuming = new HashSet<>();

  private @Nullable WorkerEvent told;

  /**
   * Of a queue.
   *
   * @param prefetches of its subscriptions; the lane's comes on top
   * @param suspect that of the worker, which all its lanes share
   */
  Supply(
      String queue,
      List<Integer> prefetches,
      Dispatcher dispatcher,
      Holding holding,
      Settling settling,
      Suspect suspect,
      Lifecycle lifecycle) {
    this.queue = queue;
    this.prefetches = prefetches;
    this.suspect = suspect;
    this.herald = settling.herald();
    this.settling = settling;
    this.ofQueue = prefetches.stream()
        .map(each -> new Intake(queue, this, dispatcher, holding, lifecycle))
        .toList();
    this.ofLane = new Intake(WireFormat.laneOf(queue), this, dispatcher, holding, lifecycle);
  }

  String queue() {
    return queue;
  }

  /** All; to be paused and closed together. */
  List<Intake> intakes() {
    return Stream.concat(ofQueue.stream(), Stream.of(ofLane)).toList();
  }

  /** How many jobs of the queue may be in hand. */
  int prefetch() {
    return prefetches.stream().mapToInt(Integer::intValue).sum();
  }

  boolean isLane(Intake intake) {
    return intake == ofLane;
  }

  Suspect suspect() {
    return suspect;
  }

  void later(Duration delay, Runnable action) {
    settling.scheduler().after(delay, action);
  }

  /** Whether it is the copy of one that came back. */
  static boolean cameBack(Delivery delivery) {
    Counters counters = Counters.of(delivery.message());
    return counters.returns() > 0 || counters.crashes() > 0;
  }

  /**
   * Done when the original of a copy has left: a job that takes us down with both in hand would
   * come back twice, and from then on be two. What bears no id cannot be told from others, and
   * waits for nothing.
   */
  CompletableFuture<Void> left(Delivery copy) {
    String id = copy.message().id();
    return id.isEmpty() ? CompletableFuture.completedFuture(null) : settling.answered(queue, id);
  }

  /** Has jobs taken. */
  void open(Broker broker) {
    for (int i = 0; i < ofQueue.size(); i++) {
      ofQueue.get(i).open(broker, prefetches.get(i));
    }
    ofLane.open(broker, PREFETCH_OF_LANE);
  }

  /** Tells what concerns all only once: that jobs come when all are consumed, why not else. */
  synchronized void changed(Intake intake, Subscription.State state, String reason) {
    switch (state) {
      case CONSUMING -> {
        if (consuming.add(intake) && consuming.size() == intakes().size()) {
          told = null;
          herald.tell(new WorkerEvent.Consuming(herald.worker(), queue));
        }
      }
      case RECOVERING -> {
        consuming.remove(intake);
        tellOnce(new WorkerEvent.Recovering(herald.worker(), queue, reason));
      }
      // Who paused it tells of itself.
      case PAUSED -> consuming.remove(intake);
      case CLOSED -> tellOnce(new WorkerEvent.CutOff(herald.worker(), queue));
    }
  }

  private void tellOnce(WorkerEvent event) {
    if (!event.equals(told)) {
      told = event;
      herald.tell(event);
    }
  }
}
