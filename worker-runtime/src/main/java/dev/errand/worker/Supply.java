package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Subscription;
import dev.errand.broker.UnavailableException;
import dev.errand.codec.WireFormat;
import dev.errand.retry.Causes;
import dev.errand.worker.decide.Whence;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes one queue's jobs, and those of its lane, which is a part of it: told as one. */
final class Supply {
  /** So that a loss tells which job of a lane it was: this worker had that one alone. */
  private static final int PREFETCH_OF_LANE = 1;

  private final String queue;
  private final Herald herald;
  private final List<Integer> prefetches;
  private final List<Intake> intakes;
  /** Guarded by this, as they are told their states on different threads. */
  private final Set<Intake> consuming = new HashSet<>();

  private @Nullable WorkerEvent told;

  /**
   * Of a queue.
   *
   * @param prefetches of its subscriptions; the lane's comes on top
   */
  Supply(
      String queue,
      List<Integer> prefetches,
      Reception reception,
      Broker broker,
      Herald herald,
      Lifecycle lifecycle) {
    this.queue = queue;
    this.prefetches = prefetches;
    this.herald = herald;
    Stream<Intake> ofQueue = prefetches.stream().map(prefetch -> {
      Arrivals arrivals = new Arrivals(queue, Whence.QUEUE, reception);
      return new Intake(queue, prefetch, arrivals, this, broker, lifecycle);
    });
    Arrivals fromLane = new Arrivals(queue, Whence.LANE, reception);
    String lane = WireFormat.laneOf(queue);
    Intake ofLane = new Intake(lane, PREFETCH_OF_LANE, fromLane, this, broker, lifecycle);
    this.intakes = Stream.concat(ofQueue, Stream.of(ofLane)).toList();
  }

  String queue() {
    return queue;
  }

  /** All; to be paused and closed together. */
  List<Intake> intakes() {
    return intakes;
  }

  /** How many jobs of the queue may be in hand. */
  int prefetch() {
    return prefetches.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Has jobs taken.
   *
   * @throws UnavailableException when the broker is closed
   */
  void open() {
    intakes.forEach(Intake::open);
  }

  /** Tells what concerns all only once: that jobs come when all are consumed, why not else. */
  synchronized void changed(Intake intake, Subscription.State state, String reason) {
    switch (state) {
      case CONSUMING -> {
        if (consuming.add(intake) && consuming.size() == intakes.size()) {
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

  /** Tells what went wrong, with what follows. */
  void fault(String what, Throwable error) {
    herald.tell(new WorkerEvent.Fault(herald.worker(), what, Causes.unwrapped(error)));
  }

  private void tellOnce(WorkerEvent event) {
    if (!event.equals(told)) {
      told = event;
      herald.tell(event);
    }
  }
}
