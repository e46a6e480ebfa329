package dev.errand.broker.tck.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a case of either kit works with: brokers, names of its own, waits with a deadline, and the
 * clean-up. Each kit adds what its cases speak of. For the case's thread.
 */
public abstract class Workbench implements AutoCloseable {
  static final String OWN_THREADS = "tck-";

  private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);

  private final BackendFixture fixture;
  private final Column column;
  private final Patience patience;
  private final ThreadCensus threads;
  private final String prefix = "tck-" + UUID.randomUUID().toString().substring(0, 8) + "-";
  private final AtomicInteger names = new AtomicInteger();
  private final List<Broker> brokers = new ArrayList<>();

  /**
   * For one case.
   *
   * @param seen what the case saw so far, for a deadline to tell
   */
  protected Workbench(BackendFixture fixture, Column column, Supplier<String> seen) {
    this.fixture = fixture;
    this.column = column;
    column.on(fixture.backend());
    this.patience = new Patience(fixture.time(), seen);
    this.threads = new ThreadCensus(fixture.sharedThreads());
  }

  // The backend.

  /** The backend under test. */
  protected final BackendFixture fixture() {
    return fixture;
  }

  /** The server, to be broken. */
  public final ServerFaults server() {
    return fixture.server();
  }

  /** The time that all brokers run on. */
  public final Time time() {
    return fixture.time();
  }

  /** The backend's tolerance for a delayed message. */
  public final Duration lateness() {
    return fixture.lateness();
  }

  /** How long a silent server may go unnoticed by a {@link #watchful} broker. */
  public final Duration silence() {
    return fixture.silence();
  }

  /** Whether the backend offers this; a case that asks and hears no shows the refusal. */
  public final boolean offers(Offer what) {
    return declares(what.name(), fixture.offers().contains(what));
  }

  /** Whether the backend's capabilities say that it offers this; as {@link #offers}. */
  public final boolean declares(String what, boolean offered) {
    if (!offered) {
      column.refused(what);
    }
    return offered;
  }

  /** A name that nothing else has, here or on the server. */
  public final String name(String kind) {
    return prefix + kind + names.incrementAndGet();
  }

  // Brokers.

  /** Opens a broker, and returns it connected. */
  public final Broker broker() {
    return broker(Opening.plain(PUBLISH_TIMEOUT));
  }

  /** Opens a broker that notices a silent server as soon as it can, and returns it connected. */
  public final Broker watchful() {
    return broker(Opening.watchful(PUBLISH_TIMEOUT));
  }

  /** Opens a broker that only checks what it is asked to declare, and returns it connected. */
  public final Broker checking() {
    return broker(Opening.checking(PUBLISH_TIMEOUT));
  }

  /** Opens a broker in this way, and returns it connected. */
  public final Broker broker(Opening how) {
    return connected(fixture.open(how));
  }

  /** A broker that the fixture opened, connected; it is closed at the end. */
  protected final Broker connected(Broker opened) {
    Broker broker = closing(opened);
    broker.ready(Patience.LONGEST);
    return broker;
  }

  /** A broker that the fixture opened, connected or not; it is closed at the end. */
  protected final Broker closing(Broker opened) {
    brokers.add(opened);
    return opened;
  }

  /** Closes a broker in the middle of a case: what it holds is lost. */
  public final void cutOff(Broker broker) {
    get(aside(broker::close), "closed");
  }

  // The waits.

  /** Does in a thread of its own what waits, while time goes on. */
  public final CompletableFuture<Void> aside(Runnable step) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    start(done, () -> {
      step.run();
      done.complete(null);
    });
    return done;
  }

  /** As {@link #aside}, with an answer. */
  public final <T> CompletableFuture<T> calling(Supplier<T> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    start(answer, () -> answer.complete(call.get()));
    return answer;
  }

  private static void start(CompletableFuture<?> failing, Runnable step) {
    Thread thread = new Thread(
        () -> {
          try {
            step.run();
          } catch (Throwable error) {
            failing.completeExceptionally(error);
          }
        },
        OWN_THREADS + "aside");
    thread.setDaemon(true);
    thread.start();
  }

  /** Something happened: who waits looks again at once. */
  protected final void wake() {
    patience.wake();
  }

  /** Returns when the condition holds; as {@link Patience#await}. */
  public final void await(String what, BooleanSupplier condition) {
    patience.await(what, condition);
  }

  /** Returns when the condition held all the time; as {@link Patience#watch}. */
  public final void watch(String what, Duration howLong, BooleanSupplier condition) {
    patience.watch(what, howLong, condition);
  }

  /** Whether it happens in this time; as {@link Patience#happens}. */
  public final boolean happens(Duration within, BooleanSupplier condition) {
    return patience.happens(within, condition);
  }

  /** Whether it happens in no time; as {@link Patience#happensAtOnce}. */
  public final boolean happensAtOnce(BooleanSupplier condition) {
    return patience.happensAtOnce(condition);
  }

  /** The value of a future that succeeds. */
  public final <T> T get(CompletableFuture<T> future, String what) {
    return patience.get(future, what);
  }

  /** The failure of a future, which has to be of this type. */
  public final <E extends Throwable> E failure(CompletableFuture<?> future, Class<E> type) {
    return patience.failure(future, type);
  }

  // The end.

  /** Ends what the kit itself began; the brokers are closed after it. */
  protected void end() {}

  /** What else has to hold once all brokers are closed. */
  protected void assertAtTheEnd() {}

  /**
   * Ends all faults, closes all brokers, and fails when anything is left of them. What fails keeps
   * nothing else open, as its threads would be there before the next case.
   */
  @Override
  public void close() {
    try (fixture) {
      all(Stream.of(
          server()::flow,
          server()::admitPublishers,
          server()::slowConsumerTimeout,
          server()::start,
          this::end,
          () -> all(brokers.stream().map(broker -> () -> cutOff(broker))),
          this::assertNothingOpen,
          this::assertAtTheEnd));
    }
    awaitThreads();
  }

  /** Takes each step, whatever came of those before it; fails as the first that failed. */
  protected static void all(Stream<Runnable> steps) {
    List<Throwable> failures = new ArrayList<>();
    steps.forEach(step -> {
      try {
        step.run();
      } catch (RuntimeException | Error failure) {
        failures.add(failure);
      }
    });
    failures.stream().skip(1).forEach(later -> failures.get(0).addSuppressed(later));
    failures.stream().findFirst().ifPresent(Workbench::fail);
  }

  private static void fail(Throwable first) {
    if (first instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) first;
  }

  private void assertNothingOpen() {
    assertThat(fixture.leftovers()).as("left open").isEmpty();
  }

  private void awaitThreads() {
    new Patience(time(), () -> "left: " + threads.since())
        .await(
            "each thread ends that was not there before the case",
            () -> threads.since().isEmpty());
  }

  /** Fails when anything is left of the brokers, all of which are closed. */
  public final void assertNothingLeft() {
    awaitThreads();
    assertNothingOpen();
  }

  /** The numbers of the threads that came with the case and are the backend's. */
  public final Set<Long> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(threads::counts)
        .map(Thread::getId)
        .collect(Collectors.toSet());
  }
}
