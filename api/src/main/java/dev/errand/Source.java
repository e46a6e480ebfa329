package dev.errand;

import dev.errand.broker.Binding;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a worker takes a task's jobs from: one queue and, for a task that goes through an exchange,
 * the bindings that bring the jobs into it. Retries and dead letters of a job that was taken from
 * it concern this queue alone. Made by {@link Task#from(String)}; immutable, each method returns a
 * new source and refuses at once what cannot be. No method blocks.
 *
 * @param <P> the payload
 */
public final class Source<P> {
  private final Task<P> task;
  private final Home.ToQueue<P> place;
  private final List<Binding> bindings;

  private Source(Task<P> task, Home.ToQueue<P> place, List<Binding> bindings) {
    this.task = task;
    this.place = place;
    this.bindings = bindings;
  }

  static <P> Source<P> home(Task<P> task) {
    if (task.home() instanceof Home.ToQueue<P> queue) {
      return new Source<>(task, queue, List.of());
    }
    throw new IllegalArgumentException("The " + task
        + " has no home queue to take its jobs from. Name the queue that they are copied into, by"
        + " task.from(queue).");
  }

  static <P> Source<P> of(Task<P> task, Queue queue) {
    if (!(task.home() instanceof Home.Through<P> through)) {
      throw new IllegalArgumentException("The " + task + " cannot be taken from queue '"
          + queue.name() + "': its jobs go to its home queue only. Handle the task itself, or send"
          + " it through an exchange.");
    }
    Source<P> unbound = new Source<>(task, new Home.ToQueue<>(queue), List.of());
    return through.exchange().type() == Exchange.Type.FANOUT
        ? unbound.with(List.of(unbound.binding(new Binding.Key(""))))
        : unbound;
  }

  /**
   * This source, which gets besides the jobs whose routing key is one of these; where the exchange
   * is a topic, whose routing key matches one of these patterns.
   *
   * @param keys as {@link Binding.Key} takes them
   * @throws IllegalArgumentException when there is none, one is too long, the exchange matches by
   *     headers, it is a fanout, which gives each queue every job, or the task has a home queue
   */
  public Source<P> boundBy(String... keys) {
    if (keys.length == 0) {
      throw new IllegalArgumentException(
          "Queue '" + queue().name() + "' cannot be bound by no key. Give one or more.");
    }
    return boundByEach(Arrays.stream(keys).<Binding.Match>map(Binding.Key::new).toList());
  }

  /**
   * This source, which gets besides the jobs that match.
   *
   * @param match {@link Binding.AllOf} or {@link Binding.AnyOf} where the exchange matches by
   *     headers, a {@link Binding.Key} where it is direct or a topic
   * @throws IllegalArgumentException when the match is of the other kind, the exchange is a fanout,
   *     which gives each queue every job, or the task has a home queue
   */
  public Source<P> boundBy(Binding.Match match) {
    return boundByEach(List.of(match));
  }

  private Source<P> boundByEach(List<Binding.Match> matches) {
    if (!(task.home() instanceof Home.Through<P> through)) {
      throw new IllegalArgumentException("The " + task
          + " cannot be bound: its jobs go there by the queue's name. Leave boundBy out.");
    }
    if (through.exchange().type() == Exchange.Type.FANOUT) {
      throw new IllegalArgumentException("Queue '" + queue().name()
          + "' cannot be bound to the FANOUT exchange '" + through.exchange().name()
          + "' by a key: it gives every job to each queue. Leave boundBy out, or make the"
          + " exchange a direct or a topic one under another name.");
    }
    return with(matches.stream().map(this::binding).toList());
  }

  private Binding binding(Binding.Match match) {
    return queue().boundTo(((Home.Through<P>) task.home()).exchange(), match);
  }

  private Source<P> with(List<Binding> added) {
    List<Binding> all = new ArrayList<>(bindings);
    all.addAll(added);
    return new Source<>(task, place, all.stream().distinct().toList());
  }

  /** Whose jobs they are. */
  public Task<P> task() {
    return task;
  }

  /** The queue, with {@code <queue>.dead} as its overflow. */
  public Queue queue() {
    return place.queue();
  }

  /** What brings the jobs into the queue; none where it is the task's home. */
  public List<Binding> bindings() {
    return bindings;
  }

  /**
   * What has to stand on the broker before jobs can be taken: the queue for the dead letters, the
   * queue, its lane {@code <queue>.returned}, and where the task goes through an exchange that and
   * the bindings, in this order.
   *
   * @throws IllegalStateException when the task goes through an exchange that is no fanout and
   *     there is no binding, as then no job would ever come
   */
  public List<Topology> topology() {
    List<Topology> parts = new ArrayList<>(place.topology());
    parts.add(place.lane());
    if (task.home() instanceof Home.Through<P> through) {
      checkBound(through.exchange());
      parts.addAll(through.topology());
      parts.addAll(bindings);
    }
    return List.copyOf(parts);
  }

  private void checkBound(Exchange exchange) {
    if (!bindings.isEmpty()) {
      return;
    }
    String match = exchange.type() == Exchange.Type.HEADERS
        ? "headers, by boundBy(new Binding.AllOf(headers))"
        : "routing keys, by boundBy(key, ...)";
    throw new IllegalStateException("Queue '" + queue().name() + "' gets no jobs of the " + task
        + " without a binding. Say which " + match + ".");
  }

  /** Its task and its queue. */
  @Override
  public String toString() {
    return "task '" + task.name() + "' from queue '" + queue().name() + "'";
  }
}
