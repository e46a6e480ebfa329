package dev.errand.worker;

import dev.errand.Source;
import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.codec.PayloadCodec;
import dev.errand.time.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Says what a worker does, and starts it. Each method refuses at once. Not thread-safe. */
public final class WorkerBuilder {
  /**
   * How many handlers run at once: enough for jobs that wait for others, not too many to reason
   * about.
   */
  public static final int DEFAULT_CONCURRENCY = 8;

  /**
   * How many jobs are in hand for each handler, over all queues: the next ones are there, and few
   * wait at a slow worker.
   */
  public static final int DEFAULT_PREFETCH_EACH = 4;

  /** How long running jobs may go on at a stop: within the 30 seconds that containers are given. */
  public static final Duration DEFAULT_GRACE_PERIOD = Duration.ofSeconds(20);

  /**
   * What a stop takes beyond the grace period, which counts as 5 seconds at least: 2 seconds for
   * what is interrupted, and 5 for the broker's answers, which mostly take milliseconds.
   */
  public static final Duration BEYOND_GRACE = Shutdown.BEYOND_GRACE;

  /** After what time a container is killed unless it is given more, as Kubernetes does. */
  public static final Duration USUAL_KILL_TIME = Duration.ofSeconds(30);

  /**
   * How long a handler may go on after its time-out interrupted it: time to roll back and to close
   * what is open. After it the handler is held to be stuck.
   */
  public static final Duration UNWINDING = Duration.ofSeconds(5);

  /** The most handlers that run at once on threads of the platform: more cost more than they do. */
  public static final int MOST_PLATFORM_THREADS = 1000;

  /**
   * The most handlers that run at once on virtual threads: beyond it, more workers serve better.
   */
  public static final int MOST_CONCURRENCY = 10_000;

  /** The most jobs in hand: the default of the most handlers. */
  public static final int MOST_PREFETCH = DEFAULT_PREFETCH_EACH * MOST_CONCURRENCY;

  /** The longest grace period: nobody waits longer for a process to end. */
  public static final Duration LONGEST_GRACE_PERIOD = Duration.ofDays(365);

  /**
   * How long a job waits for a worker that knows it: a day, in which a deploy ends or is rolled
   * back, and somebody reads the log.
   */
  public static final Duration DEFAULT_DEPLOY_PERIOD = Duration.ofHours(24);

  /** The longest deploy period: no deploy takes longer. */
  public static final Duration LONGEST_DEPLOY_PERIOD = Duration.ofDays(365);

  /**
   * How long a queue may give nothing, while jobs wait in it and there is room, before it is
   * consumed anew: longer than a broker's pauses, and short enough that nobody has to get up.
   */
  public static final Duration DEFAULT_SILENCE = Duration.ofSeconds(15);

  /** The shortest silence: a broker may take so long to hand a job over. */
  public static final Duration SHORTEST_SILENCE = Duration.ofSeconds(1);

  /** The longest silence: nobody looks that rarely. */
  public static final Duration LONGEST_SILENCE = Duration.ofDays(1);

  /** What a worker is called unless said. */
  public static final String DEFAULT_NAME = "worker";

  private final Broker broker;
  private final List<Handled<?>> handled = new ArrayList<>();
  private WorkerListener listener = new LoggingListener();
  private String name = DEFAULT_NAME;
  private int concurrency = DEFAULT_CONCURRENCY;
  private OptionalInt prefetch = OptionalInt.empty();
  private Duration gracePeriod = DEFAULT_GRACE_PERIOD;
  private Optional<Duration> killedAfter = Optional.empty();
  private Duration deployPeriod = DEFAULT_DEPLOY_PERIOD;
  private Duration silence = DEFAULT_SILENCE;
  private boolean stopOnShutdown;
  private Threads threads = Threads.PLATFORM;
  private PayloadCodec codec = PayloadCodec.json();

  WorkerBuilder(Broker broker) {
    this.broker =
        Objects.requireNonNull(broker, "The broker is null. Give the worker one, by Broker.open.");
  }

  /**
   * Runs the jobs of a task whose home is a queue by this handler.
   *
   * @throws IllegalArgumentException when the task goes through an exchange, as then the queue has
   *     to be named, by {@link Task#from(String)}; and as {@link #handle(Source, TaskHandler)}
   */
  public <P> WorkerBuilder handle(Task<P> task, TaskHandler<P> handler) {
    return handle(task.fromHome(), handler);
  }

  /**
   * Runs the jobs of a task by this handler, those that come from this source.
   *
   * @throws IllegalStateException when the source lacks its binding
   * @throws IllegalArgumentException when the task has a handler for that queue already, another
   *     task that this worker handles there has a name or an alias of it, or declares that queue
   *     otherwise
   */
  public <P> WorkerBuilder handle(Source<P> source, TaskHandler<P> handler) {
    Objects.requireNonNull(handler, () -> "The handler of " + source + " is null.");
    // Refuses a source without a binding.
    source.topology();
    handled.forEach(each -> checkBeside(each, source));
    handled.add(new Handled<>(source, handler));
    return this;
  }

  private static void checkBeside(Handled<?> known, Source<?> added) {
    String queue = added.queue().name();
    if (!known.queue().name().equals(queue)) {
      return;
    }
    checkNames(known.task(), added.task(), queue);
    if (!known.queue().equals(added.queue())) {
      throw new IllegalArgumentException(
          "Queue '" + queue + "' is declared in two ways. They are those of the " + known.task()
              + " and the " + added.task() + ". Let the tasks share one constant.");
    }
  }

  private static void checkNames(Task<?> known, Task<?> added, String queue) {
    if (known.name().equals(added.name())) {
      throw new IllegalArgumentException("The " + added + " has a handler for queue '" + queue
          + "' already. Leave one of them out.");
    }
    Set<String> shared = Handled.namesOf(known);
    shared.retainAll(Handled.namesOf(added));
    if (!shared.isEmpty()) {
      throw new IllegalArgumentException("A job called '" + shared.iterator().next()
          + "' in queue '" + queue + "' would be that of two tasks. They are the " + known
          + " and the "
          + added + ". Leave the alias out of one of them.");
    }
  }

  /**
   * How many handlers run at once; {@value #DEFAULT_CONCURRENCY} unless said. More than
   * {@value #MOST_PLATFORM_THREADS} need {@link #virtualThreads}.
   *
   * @throws IllegalArgumentException when not 1 to 10000
   */
  public WorkerBuilder concurrency(int handlers) {
    concurrency = checked("Concurrency", handlers, MOST_CONCURRENCY);
    return this;
  }

  /**
   * Runs each handler on a virtual thread of its own, for jobs that wait for others: then
   * {@value #MOST_CONCURRENCY} of them may run at once. Jobs that compute gain nothing.
   *
   * @throws UnsupportedOperationException before Java 21
   */
  public WorkerBuilder virtualThreads() {
    if (!Threads.virtualOnes()) {
      throw new UnsupportedOperationException("Worker '" + name
          + "' cannot have virtual threads: they need Java 21 or newer, and this is Java "
          + Runtime.version() + ". Run it on a newer one, or leave the switch out.");
    }
    threads = Threads.VIRTUAL;
    return this;
  }

  /**
   * How many jobs may be in hand over all queues, those that run included; unless said,
   * {@value #DEFAULT_PREFETCH_EACH} times the {@link #concurrency}. Each queue has an equal share,
   * and at least 1: with more queues than that, one of each. More is faster with short jobs and
   * hoards more with long ones; a queue whose share is less than the concurrency has no more of its
   * jobs run at once.
   *
   * @throws IllegalArgumentException when not 1 to 40000
   */
  public WorkerBuilder prefetch(int jobs) {
    prefetch = OptionalInt.of(checked("Prefetch", jobs, MOST_PREFETCH));
    return this;
  }

  /** As said, or enough that each handler finds its next job. */
  private Prefetch prefetch() {
    return new Prefetch(prefetch.orElse(DEFAULT_PREFETCH_EACH * concurrency));
  }

  private static int checked(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          what + " of a worker cannot be " + value + ". Give 1 to " + most + ".");
    }
    return value;
  }

  /**
   * How long running jobs may go on at a stop before they are interrupted; 20 seconds unless said.
   *
   * @throws IllegalArgumentException when negative, or longer than a year
   */
  public WorkerBuilder gracePeriod(Duration longest) {
    if (longest.isNegative() || longest.compareTo(LONGEST_GRACE_PERIOD) > 0) {
      throw new IllegalArgumentException(
          "A grace period cannot be " + DurationText.of(longest) + ". Give zero to 365 days.");
    }
    gracePeriod = longest;
    return this;
  }

  /**
   * How long a deploy may take; 24 hours unless said. For so long a job that this worker does not
   * know (its task, its wire format or the version of its payload may be of a newer release) waits
   * for one that does, counted from when a worker first met it. It comes again after a second, then
   * after as long as it has waited, at most 5 minutes; then it is dead.
   *
   * @param longest zero has it die at once
   * @throws IllegalArgumentException when negative, or longer than a year
   */
  public WorkerBuilder deployPeriod(Duration longest) {
    if (longest.isNegative() || longest.compareTo(LONGEST_DEPLOY_PERIOD) > 0) {
      throw new IllegalArgumentException(
          "A deploy period cannot be " + DurationText.of(longest) + ". Give zero to 365 days.");
    }
    deployPeriod = longest;
    return this;
  }

  /**
   * How long a queue may give nothing, while jobs wait in it and there is room, before its
   * subscription is made again and {@link WorkerEvent.Silent} told; 15 seconds unless said. It is
   * noticed within twice that. A queue that gives nothing is asked for what waits in it once in
   * that time, by each subscription of it: one for each
   * {@value dev.errand.broker.Capabilities#MAX_PREFETCH} jobs of its prefetch, and one of its lane.
   * One that gives jobs is not.
   *
   * @throws IllegalArgumentException when not 1 second to 1 day
   */
  public WorkerBuilder silence(Duration longest) {
    if (longest.compareTo(SHORTEST_SILENCE) < 0 || longest.compareTo(LONGEST_SILENCE) > 0) {
      throw new IllegalArgumentException(
          "A silence cannot be " + DurationText.of(longest) + ". Give 1 second to 1 day.");
    }
    silence = longest;
    return this;
  }

  /**
   * After what time from its signal to end the platform kills this process, such as the
   * {@code terminationGracePeriodSeconds} of a pod, which it cannot see itself. The grace period
   * has to fit into it with what a stop takes {@linkplain #BEYOND_GRACE beyond} it. Unless said,
   * {@link WorkerEvent.GraceTooLong} tells of one that does not fit so into the
   * {@linkplain #USUAL_KILL_TIME time} that containers are given.
   *
   * @throws IllegalArgumentException when not above zero, or longer than a year
   */
  public WorkerBuilder killedAfter(Duration killTime) {
    if (killTime.isNegative()
        || killTime.isZero()
        || killTime.compareTo(LONGEST_GRACE_PERIOD) > 0) {
      throw new IllegalArgumentException("A process cannot be killed after "
          + DurationText.of(killTime) + ". Give more than zero and at most 365 days.");
    }
    killedAfter = Optional.of(killTime);
    return this;
  }

  /** Adds one who hears what happens, beside the log. */
  public WorkerBuilder listener(WorkerListener added) {
    listener = listener.and(Objects.requireNonNull(added, "The listener is null. Leave it out."));
    return this;
  }

  /**
   * What it is called in threads, events and dead letters; {@code worker} unless said.
   *
   * @throws IllegalArgumentException when blank
   */
  public WorkerBuilder name(String wanted) {
    if (wanted.isBlank()) {
      throw new IllegalArgumentException(
          "A worker's name cannot be blank. Give it one, or leave it out for 'worker'.");
    }
    name = wanted;
    return this;
  }

  /** How payloads are read; JSON unless said. */
  public WorkerBuilder codec(PayloadCodec wanted) {
    codec = Objects.requireNonNull(wanted, "The codec is null. Leave it out for JSON.");
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
   * @throws IllegalStateException when there is nothing to handle, when there are more handlers
   *     than threads of the platform allow, or when the grace period does not fit into the time
   *     after which it is {@linkplain #killedAfter killed}
   * @throws dev.errand.broker.UnavailableException when the broker is closed
   */
  public Worker start() {
    if (handled.isEmpty()) {
      throw new IllegalStateException(
          "Worker '" + name + "' has nothing to do. Say what it handles before it starts.");
    }
    Settings settings = new Settings(
        name,
        concurrency,
        prefetch(),
        gracePeriod,
        killedAfter,
        deployPeriod,
        stopOnShutdown,
        threads,
        codec,
        silence);
    checkThreads();
    killedAfter.ifPresent(killTime -> checkGrace(settings, killTime));
    Worker worker = new Worker(
        broker, settings, List.copyOf(handled), new Events(name, listener), Threads.PLATFORM);
    worker.start();
    return worker;
  }

  private void checkThreads() {
    if (threads == Threads.PLATFORM && concurrency > MOST_PLATFORM_THREADS) {
      throw new IllegalStateException("Worker '" + name + "' cannot run " + concurrency
          + " handlers at once on threads of the platform, at most " + MOST_PLATFORM_THREADS
          + ". Give it virtualThreads(), or less concurrency.");
    }
  }

  private void checkGrace(Settings settings, Duration killTime) {
    if (!settings.fitsInto(killTime)) {
      throw new IllegalStateException("Worker '" + name + "' is killed after "
          + DurationText.of(killTime)
          + ", before its stop has ended. That may take "
          + DurationText.of(settings.longestStop())
          + ": a grace period of " + DurationText.of(gracePeriod) + ", which counts as "
          + DurationText.of(Shutdown.PAUSES) + " at least, and "
          + DurationText.of(BEYOND_GRACE)
          + " for what is interrupted then and for the broker's answers. What is killed counts as lost. Give a shorter grace"
          + " period, or a later kill.");
    }
  }
}
