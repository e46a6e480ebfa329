package dev.errand;

import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.codec.WireFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Where a task's jobs go. Immutable.
 *
 * @param <P> the payload
 */
public sealed interface Home<P> {
  /** What has to stand on the broker before a job goes there. */
  List<Topology> topology();

  /**
   * Into one queue, beside which stands the one for its dead letters.
   *
   * @param queue with {@code <queue>.dead} as its overflow
   * @param <P> the payload
   */
  record ToQueue<P>(Queue queue) implements Home<P> {
    /**
     * Gives the queue its overflow.
     *
     * @throws IllegalArgumentException when it has another one, its name ends as that of a queue
     *     for dead letters or of a lane, or is too long to have a lane
     */
    public ToQueue {
      WireFormat.deadLettersIn(queue.name()).ifPresent(ToQueue::refuse);
      WireFormat.laneIn(queue.name()).ifPresent(ToQueue::refuseLane);
      String dead = WireFormat.deadLettersOf(queue.name());
      if (queue.overflow() != null && !queue.overflow().equals(dead)) {
        throw new IllegalArgumentException("Queue '" + queue.name() + "' cannot have the overflow '"
            + queue.overflow() + "'. That of a task's queue is '" + dead
            + "', where its dead letters lie. Leave the overflow out.");
      }
      queue = queue.overflow(dead);
      // Refuses a name that is too long for one.
      Queue unusedLane = lane(queue);
    }

    private static void refuse(String source) {
      throw new IllegalArgumentException("Queue '" + WireFormat.deadLettersOf(source)
          + "' cannot be a task's. By its name it takes the dead letters of queue '" + source
          + "', which no worker runs. List them and send them back by DeadLetters.of(broker, \""
          + source + "\"), or name another queue.");
    }

    private static void refuseLane(String whole) {
      throw new IllegalArgumentException("Queue '" + WireFormat.laneOf(whole)
          + "' cannot be a task's. By its name it is the lane of queue '" + whole
          + "', for jobs that came back from lost workers, and whoever works on '" + whole
          + "' takes them. Name another queue.");
    }

    private static Queue lane(Queue queue) {
      return new Queue(WireFormat.laneOf(queue.name()), queue.durability(), 0, queue.overflow());
    }

    /** The queue's lane, which is declared by those who take jobs from the queue. */
    Queue lane() {
      return lane(queue);
    }

    /** The queue for the dead letters, then the queue. */
    @Override
    public List<Topology> topology() {
      Queue dead =
          Queue.named(WireFormat.deadLettersOf(queue.name())).durability(queue.durability());
      return List.of(dead, queue);
    }

    @Override
    public String toString() {
      return "queue '" + queue.name() + "'";
    }
  }

  /**
   * Through an exchange; each queue that is bound to it and matches gets its own copy.
   *
   * @param exchange the exchange
   * @param keyOf the routing key of a payload
   * @param headersOf the headers of a payload's message, checked, for a headers exchange to match
   * @param <P> the payload
   */
  record Through<P>(
      Exchange exchange,
      Function<? super P, String> keyOf,
      Function<? super P, ? extends Map<String, Object>> headersOf)
      implements Home<P> {
    /** None of the parts is null. */
    public Through {
      Objects.requireNonNull(exchange);
      Objects.requireNonNull(keyOf);
      Objects.requireNonNull(headersOf);
    }

    /** A copy of headers that an application may give. */
    static Map<String, Object> checked(Map<String, Object> headers) {
      headers.keySet().forEach(WireFormat::checkForeign);
      return Message.of("", new byte[0]).headers(headers).build().headers();
    }

    /** The exchange; the queues are named by those who take from them. */
    @Override
    public List<Topology> topology() {
      return List.of(exchange);
    }

    @Override
    public String toString() {
      return "exchange '" + exchange.name() + "'";
    }
  }
}
