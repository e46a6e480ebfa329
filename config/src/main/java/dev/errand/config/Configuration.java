package dev.errand.config;

import static java.util.stream.Collectors.joining;

import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Setting;
import dev.errand.codec.PayloadCodec;
import dev.errand.time.Time;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a broker, a client and a worker, checked. What code sets goes before the
 * environment, that before a file, and that before the default. A setting {@code grace-period} is
 * {@code errand.grace-period} in a file and {@code ERRAND_GRACE_PERIOD} in the environment.
 * Immutable; shows no password.
 */
public final class Configuration {
  /** {@code broker}: the address, as {@link Broker#open(String)} takes it. */
  public static final Setting<String> BROKER = Setting.secret(
          "broker", "the broker's address, such as memory:demo or amqp://user:password@host/vhost")
      .bounding("the address: which broker, where, and as whom")
      .otherwise("none", "a server of somebody else's would be worse than none");

  /** {@code concurrency}, as {@link WorkerBuilder#concurrency}. */
  public static final Setting<Integer> CONCURRENCY = Setting.number(
          "concurrency", "handlers", 1, WorkerBuilder.MOST_CONCURRENCY)
      .bounding("how many handlers of a worker run at once, over all its queues")
      .defaultsTo(
          WorkerBuilder.DEFAULT_CONCURRENCY,
          "enough for jobs that wait for others, few enough to reason about");

  /** {@code prefetch}, as {@link WorkerBuilder#prefetch}. */
  public static final Setting<Integer> PREFETCH = Setting.number(
          "prefetch", "jobs", 1, WorkerBuilder.MOST_PREFETCH)
      .bounding(
          "how many jobs are in a worker's hands over all its queues, those that run included")
      .otherwise(
          WorkerBuilder.DEFAULT_PREFETCH_EACH + " times the concurrency, at least 1 for each queue",
          "each handler finds its next job, and a slow worker hoards few");

  /** {@code virtual-threads}, as {@link WorkerBuilder#virtualThreads}. */
  public static final Setting<Boolean> VIRTUAL_THREADS = Setting.flag("virtual-threads")
      .bounding("whether handlers run on virtual threads, from Java 21 on")
      .defaultsTo(false, "jobs that compute gain nothing, and older libraries may block them all");

  /** {@code grace-period}, as {@link WorkerBuilder#gracePeriod}. */
  public static final Setting<Duration> GRACE_PERIOD = Setting.time(
          "grace-period", Duration.ZERO, WorkerBuilder.LONGEST_GRACE_PERIOD)
      .bounding("how long running jobs may go on after a worker was told to stop")
      .defaultsTo(
          WorkerBuilder.DEFAULT_GRACE_PERIOD,
          "ends within the 30 seconds that containers are given");

  /** {@code deploy-period}, as {@link WorkerBuilder#deployPeriod}. */
  public static final Setting<Duration> DEPLOY_PERIOD = Setting.time(
          "deploy-period", Duration.ZERO, WorkerBuilder.LONGEST_DEPLOY_PERIOD)
      .bounding("how long a job that a worker does not know waits for a newer one that does")
      .defaultsTo(
          WorkerBuilder.DEFAULT_DEPLOY_PERIOD,
          "a deploy has ended by then, or is rolled back, and somebody has read the log");

  /** {@code silence}, as {@link WorkerBuilder#silence}. */
  public static final Setting<Duration> SILENCE = Setting.time(
          "silence", WorkerBuilder.SHORTEST_SILENCE, WorkerBuilder.LONGEST_SILENCE)
      .bounding("how long a queue may give nothing, while jobs wait, before it is consumed anew")
      .defaultsTo(
          WorkerBuilder.DEFAULT_SILENCE,
          "longer than a broker's pauses, short enough that nobody has to get up");

  /** {@code killed-after}, as {@link WorkerBuilder#killedAfter}. */
  public static final Setting<Duration> KILLED_AFTER = Setting.time(
          "killed-after", Duration.ofSeconds(1), WorkerBuilder.LONGEST_GRACE_PERIOD)
      .bounding(
          "when the platform kills a process that it told to end, so that a grace period is refused that does not fit into it with 7 s more")
      .otherwise(
          "30s, and a grace period above 23s is warned of",
          "what containers are given; a process cannot see it");

  /** {@code worker-name}, as {@link WorkerBuilder#name}. */
  public static final Setting<String> WORKER_NAME = Setting.text("worker-name")
      .bounding("what a worker is called in threads, events, the log and dead letters")
      .defaultsTo(WorkerBuilder.DEFAULT_NAME, "enough for one worker in a process; two need names");

  /** {@code stop-on-shutdown}, as {@link WorkerBuilder#stopOnShutdown}. */
  public static final Setting<Boolean> STOP_ON_SHUTDOWN = Setting.flag("stop-on-shutdown")
      .bounding("whether a worker stops in order on Ctrl-C and SIGTERM")
      .defaultsTo(false, "an application with an order of its own closes its workers itself");

  /** {@code max-payload}, as {@link TaskClient#maxPayload}. */
  public static final Setting<Integer> MAX_PAYLOAD = Setting.number(
          "max-payload", "bytes", 1, Integer.MAX_VALUE)
      .bounding("the largest payload that a client enqueues; the broker's own limit holds besides")
      .defaultsTo(
          TaskClient.DEFAULT_MAX_PAYLOAD,
          "a queue is for jobs; what they work on is stored elsewhere");

  /** The settings that are no parameter of an address, in the order of a table. */
  static final List<Setting<?>> OWN = List.of(
      BROKER,
      CONCURRENCY,
      VIRTUAL_THREADS,
      PREFETCH,
      GRACE_PERIOD,
      KILLED_AFTER,
      DEPLOY_PERIOD,
      SILENCE,
      STOP_ON_SHUTDOWN,
      WORKER_NAME,
      MAX_PAYLOAD);

  private final Map<String, Given> given;
  private final @Nullable Address address;

  /**
   * With what was checked.
   *
   * @param address null where none is given
   */
  Configuration(Map<String, Given> given, @Nullable Address address) {
    this.given = Map.copyOf(given);
    this.address = address;
  }

  /** Begins a configuration in which nothing is given. */
  public static ConfigurationBuilder builder() {
    return new ConfigurationBuilder();
  }

  /**
   * The configuration that the environment gives, and nothing else.
   *
   * @throws ConfigurationException as {@link ConfigurationBuilder#build()}
   */
  public static Configuration ofEnvironment() {
    return builder().environment().build();
  }

  /**
   * Opens the broker of the address, as {@link Broker#open(String)} does; the caller closes it.
   *
   * @throws ConfigurationException when no address is given
   */
  public Broker openBroker() {
    return openBroker(Time.system());
  }

  /**
   * As {@link #openBroker()}, on the given time.
   *
   * @throws ConfigurationException when no address is given
   */
  public Broker openBroker(Time time) {
    if (address == null) {
      throw new ConfigurationException(List.of(new Fault(
          Given.property(BROKER),
          "not given",
          null,
          "It has no default. Give " + BROKER.wanted() + ", here or as " + Given.variable(BROKER)
              + " in the environment.")));
    }
    return address.open(time);
  }

  /** A client on this broker, which has to be open and stays the caller's to close. */
  public TaskClient client(Broker broker) {
    return client(broker, PayloadCodec.json());
  }

  /** As {@link #client(Broker)}, one that writes what its workers read. */
  public TaskClient client(Broker broker, PayloadCodec codec) {
    TaskClient client = TaskClient.on(broker, codec);
    return find(MAX_PAYLOAD).map(client::maxPayload).orElse(client);
  }

  /**
   * Begins a worker on this broker, which has to be open and stays the caller's to close. What the
   * caller then sets itself goes before what is configured.
   */
  public WorkerBuilder worker(Broker broker) {
    WorkerBuilder worker = Worker.on(broker);
    find(WORKER_NAME).ifPresent(worker::name);
    find(CONCURRENCY).ifPresent(worker::concurrency);
    find(PREFETCH).ifPresent(worker::prefetch);
    find(VIRTUAL_THREADS).filter(wanted -> wanted).ifPresent(wanted -> worker.virtualThreads());
    find(GRACE_PERIOD).ifPresent(worker::gracePeriod);
    find(DEPLOY_PERIOD).ifPresent(worker::deployPeriod);
    find(SILENCE).ifPresent(worker::silence);
    find(KILLED_AFTER).ifPresent(worker::killedAfter);
    find(STOP_ON_SHUTDOWN).filter(wanted -> wanted).ifPresent(wanted -> worker.stopOnShutdown());
    return worker;
  }

  /** The address with its parameters; empty where none is given. */
  Optional<String> address() {
    return Optional.ofNullable(address).map(Address::text);
  }

  /**
   * The value given, or the setting's default; empty where it has neither. The parameters that
   * stand in the address itself are not looked at.
   */
  public <T> Optional<T> find(Setting<T> setting) {
    Given found = given.get(setting.name());
    return found == null ? setting.defaultValue() : Optional.of(setting.parse(found.text()));
  }

  /** What is given, and where; no values, as the address may hold a password. */
  @Override
  public String toString() {
    return new TreeMap<>(given)
        .values().stream().map(Given::toString).collect(joining(", ", "Configuration[", "]"));
  }
}
