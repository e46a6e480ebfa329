package dev.errand.broker.inmemory;

import static dev.errand.broker.PublishException.Reason.REJECTED;

import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Puts messages into queues, and moves them on. Guarded by the server's lock. */
final class Router {
  private final StandingTopology topology;
  private final Consumer<MemoryQueue> changed;
  private final Set<String> refusing = new HashSet<>();

  /**
   * For what stands there.
   *
   * @param changed is told each queue that may have something to hand out
   */
  Router(StandingTopology topology, Consumer<MemoryQueue> changed) {
    this.topology = topology;
    this.changed = changed;
  }

  /** From here on this queue takes no message, as a full one. */
  void refuse(String queue) {
    refusing.add(queue);
  }

  /** Ends {@link #refuse}. */
  void take(String queue) {
    refusing.remove(queue);
  }

  /** Puts a message into each queue where it goes, or, where one refuses, into none. */
  void route(Publication publication) {
    Set<MemoryQueue> targets = topology.targets(publication);
    if (targets.isEmpty()) {
      throw PublishException.unroutable(publication);
    }
    targets.forEach(target -> refuseWhereFull(publication, target));
    Message arriving = publication.message().unmarked();
    targets.forEach(target -> put(target, arriving));
  }

  private void refuseWhereFull(Publication publication, MemoryQueue target) {
    if (refusing.contains(target.name())) {
      throw new PublishException(
          REJECTED,
          publication,
          "Queue '" + target.name() + "' takes no more",
          "Have its messages consumed, and publish it again then",
          null);
    }
  }

  private void put(MemoryQueue target, Message message) {
    target.addLast(Stored.fresh(message));
    changed.accept(target);
  }

  /** Puts what has no place any more where it is not lost. */
  void park(Publication publication, PublishException.Reason why) {
    put(topology.parking(), publication.parked(why == REJECTED ? "rejected" : "unroutable"));
  }

  /**
   * A consumer died with it: back to the front, or, too often, into the overflow. With a queue that
   * was deleted it is gone.
   */
  void cameBack(MemoryQueue queue, Stored message) {
    if (!queue.equals(topology.queue(queue.name()))) {
      return;
    }
    queue.settled(message);
    Stored returned = message.cameBack();
    if (queue.isBeyondLimit(returned)) {
      overflow(queue, message, "delivery-limit");
    } else {
      queue.addFirst(returned);
    }
    changed.accept(queue);
  }

  /**
   * Moves a message to where its queue's overflow is; where that is missing it goes back, so that
   * it is not lost.
   */
  void overflow(MemoryQueue queue, Stored message, String reason) {
    String overflow = queue.overflow();
    MemoryQueue target = overflow == null ? null : topology.queue(overflow);
    if (target == null) {
      queue.addLast(message);
    } else {
      put(target, message.message().copy().header(Message.BROKER_REASON, reason).build());
    }
  }
}
