package dev.errand.worker;

import dev.errand.Home;
import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.codec.PayloadCodec;
import dev.errand.codec.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/** Says what a worker does, and starts it. Each method refuses at once. Not thread-safe. */
public final class WorkerBuilder {
  /**
   * How many handlers run at once: enough for jobs that wait for others, not too many to reason
   * about.
   */
  public static final int DEFAULT_CONCURRENCY = 8;

  /**
   * How many jobs of a queue may be in hand, with few handlers: the next ones are there, and few
   * wait at a slow worker.
   */
  public static final int DEFAULT_PREFETCH = 16;

  /** How long running jobs may go on at a stop: within the 30 seconds that containers are given. */
  public static final Duration DEFAULT_GRACE_PERIOD = Duration.ofSeconds(20);

  private static final int MOST_CONCURRENCY = 1000;
  private static final int MOST_PREFETCH = 1000;

  private final Broker broker;
  private final List<Handled<?>> handled = new ArrayList<>();
  private WorkerListener listener = new LoggingListener();
  private String name = "worker";
  private int concurrency = DEFAULT_CONCURRENCY;
  private OptionalInt prefetch = OptionalInt.empty();
  private Duration gracePeriod = DEFAULT_GRACE_PERIOD;
  private boolean stopOnShutdown;
  private PayloadCodec codec = PayloadCodec.json();

  WorkerBuilder(Broker broker) {
    this.broker = Objects.requireNonNull(broker, "A worker needs a broker; it is null.");
  }

  /**
   * Runs the jobs of a task whose home is a queue by this handler.
   *
   * @throws IllegalArgumentException when the task goes through an exchange, as then the queue has
   *     to be named; when it has a handler for that queue already; or when that queue takes the
   *     dead letters of another one that this worker handles, or the other way round
   */
  public <P> WorkerBuilder handle(Task<P> task, TaskHandler<P> handler) {
    if (task.home() instanceof Home.ToQueue<P> home) {
      return add(task, handler, home, List.of());
    }
    throw new IllegalArgumentException("The " + task
        + " cannot be handled without a queue: name the queue that this worker takes it from, and"
        + " its bindings.");
  }

  /**
   * Runs the jobs of a task that goes through an exchange, from this queue, bound by these
   * bindings. Retries and dead letters of a job concern this queue alone.
   *
   * @throws IllegalArgumentException when a binding is of another queue or exchange, there is none,
   *     the task's home is a queue, or it has a handler for that queue already; or when that queue
   *     takes the dead letters of another one that this worker handles, or the other way round
   */
  public <P> WorkerBuilder handle(
      Task<P> task, Queue queue, List<Binding> bindings, TaskHandler<P> handler) {
    if (!(task.home() instanceof Home.Through<P> through)) {
      throw new IllegalArgumentException("The " + task + " has its queue already, '" + queue.name()
          + "' cannot be another; leave it out.");
    }
    List<Topology> parts = new ArrayList<>();
    parts.add(through.exchange());
    for (Binding binding : bindings) {
      parts.add(checked(binding, queue, through.exchange()));
    }
    if (bindings.isEmpty()) {
      throw new IllegalArgumentException("Queue '" + queue.name() + "' gets no jobs of the " + task
          + " without a binding; give one, by queue.boundTo(exchange, key).");
    }
    return add(task, handler, new Home.ToQueue<>(queue), parts);
  }

  private static Binding checked(Binding binding, Queue queue, Exchange exchange) {
    if (!binding.queue().equals(queue.name()) || !binding.exchange().equals(exchange.name())) {
      throw new IllegalArgumentException("The binding of queue '" + binding.queue()
          + "' to exchange '" + binding.exchange() + "' does not bring jobs of exchange '"
          + exchange.name() + "' to queue '" + queue.name() + "'; give one that does.");
    }
    return binding;
  }

  private <P> WorkerBuilder add(
      Task<P> task, TaskHandler<P> handler, Home.ToQueue<P> home, List<Topology> through) {
    Objects.requireNonNull(handler, () -> "The handler of the " + task + " is null.");
    for (Handled<?> each : handled) {
      checkNotDeadLettersOf(each, task, home.queue());
      if (!each.queue().name().equals(home.queue().name())) {
        continue;
      }
      if (each.task().name().equals(task.name())) {
        throw new IllegalArgumentException("The " + task + " has a handler for queue '"
            + home.queue().name() + "' already; a job is run by one.");
      }
      if (!each.queue().equals(home.queue())) {
        throw new IllegalArgumentException("Queue '" + home.queue().name()
            + "' cannot be both " + each.queue() + " and " + home.queue()
            + "; let the tasks share one constant.");
      }
    }
    List<Topology> parts = new ArrayList<>(home.topology());
    parts.addAll(through);
    handled.add(new Handled<>(task, handler, home.queue(), List.copyOf(parts)));
    return this;
  }

  /** A worker that took its own dead letters would run them, and none could be found. */
  private static void checkNotDeadLettersOf(Handled<?> known, Task<?> task, Queue queue) {
    String one = known.queue().name();
    String other = queue.name();
    if (other.equals(WireFormat.deadLettersOf(one))
        || one.equals(WireFormat.deadLettersOf(other))) {
      throw new IllegalArgumentException("The " + known.task() + " and the " + task
          + " cannot be handled by one worker from '" + one + "' and '" + other
          + "': one of these queues takes the dead letters of the other; name another queue.");
    }
  }

  /**
   * How many handlers run at once; {@value #DEFAULT_CONCURRENCY} unless said.
   *
   * @throws IllegalArgumentException when not 1 to 1000
   */
  public WorkerBuilder concurrency(int handlers) {
    concurrency = checked("Concurrency", handlers, MOST_CONCURRENCY);
    return this;
  }

  /**
   * How many jobs of each queue may be in hand, those that run included; unless said, twice the
   * {@link #concurrency}, but at least {@value #DEFAULT_PREFETCH} and at most 1000. More is faster
   * with short jobs and hoards more with long ones; with less than the concurrency, no more of one
   * queue's jobs run at once.
   *
   * @throws IllegalArgumentException when not 1 to 1000
   */
  public WorkerBuilder prefetch(int jobs) {
    prefetch = OptionalInt.of(checked("Prefetch", jobs, MOST_PREFETCH));
    return this;
  }

  /** As said, or enough that each handler finds its next job. */
  private int prefetch() {
    return prefetch.orElse(Math.min(MOST_PREFETCH, Math.max(DEFAULT_PREFETCH, 2 * concurrency)));
  }

  private static int checked(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          what + " cannot be " + value + "; give 1 to " + most + ".");
    }
    return value;
  }

  /**
   * How long running jobs may go on at a stop before they are interrupted; 20 seconds unless said.
   *
   * @throws IllegalArgumentException when negative, or longer than a year
   */
  public WorkerBuilder gracePeriod(Duration longest) {
    if (longest.isNegative() || longest.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException(
          "A grace period cannot be " + longest + "; give zero to 365 days.");
    }
    gracePeriod = longest;
    return this;
  }

  /** Adds one who hears what happens, beside the log. */
  public WorkerBuilder listener(WorkerListener added) {
    listener = listener.and(Objects.requireNonNull(added, "The listener is null; leave it out."));
    return this;
  }

  /**
   * What it is called in threads, events and dead letters; {@code worker} unless said.
   *
   * @throws IllegalArgumentException when blank
   */
  public WorkerBuilder name(String wanted) {
    if (wanted.isBlank()) {
      throw new IllegalArgumentException("A worker's name cannot be blank.");
    }
    name = wanted;
    return this;
  }

  /** How payloads are read; JSON unless said. */
  public WorkerBuilder codec(PayloadCodec wanted) {
    codec = Objects.requireNonNull(wanted, "The codec is null; leave it out for JSON.");
    return this;
  }

  /** Stops it in order when the JVM is told to end, as by Ctrl-C or SIGTERM. */
  public WorkerBuilder stopOnShutdown() {
    stopOnShutdown = true;
    return this;
  }

  /**
   * Starts a worker and returns at once; it declares its queues and takes jobs as soon as the
   * broker is there.
   *
   * @throws IllegalStateException when there is nothing to handle
   * @throws dev.errand.broker.UnavailableException when the broker is closed
   */
  public Worker start() {
    if (handled.isEmpty()) {
      throw new IllegalStateException(
          "Worker '" + name + "' has nothing to do; say what it handles before it starts.");
    }
    Settings settings =
        new Settings(name, concurrency, prefetch(), gracePeriod, stopOnShutdown, codec);
    Worker worker = new Worker(broker, settings, List.copyOf(handled), new Events(name, listener));
    worker.start();
    return worker;
  }
}
