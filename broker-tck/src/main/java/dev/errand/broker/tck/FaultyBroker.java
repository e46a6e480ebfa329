package dev.errand.broker.tck;

import static dev.errand.broker.PublishException.Reason.BEYOND_LIMIT;
import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.REJECTED;
import static dev.errand.broker.PublishException.Reason.UNAVAILABLE;
import static dev.errand.broker.PublishException.Reason.UNROUTABLE;

import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Exchange;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A broker that is right but for one {@link Fault}: it shows that a case of the contract can fail.
 * Thread-safe as far as the cases need it; not for use elsewhere.
 */
public final class FaultyBroker implements Broker {
  private static final Duration LONG = Duration.ofSeconds(3);

  /** Who declared what first; names are unique per case. */
  private static final Map<Topology, FaultyBroker> OWNERS = new ConcurrentHashMap<>();

  private static final Executor ANSWERING = Executors.newSingleThreadExecutor(work -> {
    Thread thread = new Thread(work, "faulty-answers");
    thread.setDaemon(true);
    return thread;
  });

  private final Broker broker;
  private final Fault fault;
  private final Scheduler late;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final Set<Topology> declared = new HashSet<>();
  private final List<Publication> lost = new ArrayList<>();
  private final Map<String, CompletableFuture<Void>> answers = new ConcurrentHashMap<>();
  private @Nullable PublishException unroutable;
  private @Nullable Publication overtaken;
  private @Nullable Thread owner;
  private volatile boolean subscribed;
  private int published;
  private Duration latest = Duration.ZERO;

  private FaultyBroker(Broker broker, Fault fault) {
    this.broker = broker;
    this.fault = fault;
    this.late = broker.time().scheduler("errand-late");
  }

  /** The broker with this fault. */
  public static Broker of(Broker broker, Fault fault) {
    if (fault == Fault.THREAD_LEFT) {
      leaveAThread();
    }
    if (fault == Fault.THREAD_BUSY) {
      keepAThreadBusy();
    }
    return new FaultyBroker(broker, fault);
  }

  /** For longer than a case looks at it. */
  private static void keepAThreadBusy() {
    long end = Time.system().nanoTime() + Duration.ofSeconds(3).toNanos();
    Thread thread = new Thread(
        () -> {
          while (Time.system().nanoTime() < end) {
            Thread.onSpinWait();
          }
        },
        "errand-busy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void leaveAThread() {
    Thread thread = new Thread(
        () -> {
          try {
            boolean unused = new Semaphore(0).tryAcquire(1, TimeUnit.MINUTES);
          } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
          }
        },
        "errand-left-behind");
    thread.setDaemon(true);
    thread.start();
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
        levels);
  }

  @Override
  public Time time() {
    return broker.time();
  }

  @Override
  public synchronized CompletableFuture<Void> declare(Topology... parts) {
    boolean known = !declared.addAll(List.of(parts));
    if (known && has(Fault.SECOND_DECLARE_FAILS)) {
      return CompletableFuture.failedFuture(new TopologyException(
          TopologyException.Reason.DIFFERENT, "" + parts[0], "It is there", "Go on", null));
    }
    if (has(Fault.FOREIGN_PART_REFUSED) && isForeign(parts)) {
      return CompletableFuture.failedFuture(new TopologyException(
          TopologyException.Reason.DIFFERENT, "" + parts[0], "It is foreign", "Go on", null));
    }
    CompletableFuture<Void> done =
        broker.declare(Arrays.stream(parts).map(this::changed).toArray(Topology[]::new));
    if (has(Fault.DIFFERENCE_UNNAMED)) {
      return done.exceptionally(error -> {
        throw unnamed(error);
      });
    }
    if (has(Fault.FORBIDDEN_CALLED_MISSING)) {
      return done.exceptionally(error -> {
        throw new CompletionException(TopologyException.missing("" + parts[0], "" + parts[0]));
      });
    }
    if (has(Fault.DECLARES_EARLY)) {
      return done.isCompletedExceptionally() ? done : CompletableFuture.completedFuture(null);
    }
    return has(Fault.DIFFERENCE_IGNORED) || has(Fault.UNSUPPORTED_IGNORED)
        ? done.exceptionally(ignored -> null)
        : done;
  }

  private boolean isForeign(Topology... parts) {
    return Arrays.stream(parts)
        .anyMatch(part -> OWNERS.computeIfAbsent(part, none -> this) != this);
  }

  private static CompletionException unnamed(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return new CompletionException(
        cause instanceof TopologyException different
            ? new TopologyException(
                different.reason(), different.part(), "It is another", "Look for it", null)
            : cause);
  }

  private Topology changed(Topology part) {
    if (part instanceof Exchange exchange) {
      if (has(Fault.DIRECT_IS_FANOUT) && exchange.type() == Exchange.Type.DIRECT) {
        return Exchange.fanout(exchange.name());
      }
      if (has(Fault.FANOUT_IS_DIRECT) && exchange.type() == Exchange.Type.FANOUT) {
        return Exchange.direct(exchange.name());
      }
    } else if (part instanceof Binding binding) {
      return new Binding(binding.exchange(), binding.queue(), changed(binding.match()));
    }
    return part;
  }

  private Binding.Match changed(Binding.Match match) {
    if (has(Fault.STAR_IS_HASH) && match instanceof Binding.Key key) {
      return new Binding.Key(key.pattern().replace('*', '#'));
    }
    if (has(Fault.ALL_IS_ANY) && match instanceof Binding.AllOf all) {
      return new Binding.AnyOf(all.headers());
    }
    return match;
  }

  @Override
  public synchronized CompletableFuture<Void> publish(Publication publication) {
    return switch (fault) {
      case ANSWERS_EARLY -> {
        send(publication);
        yield CompletableFuture.completedFuture(null);
      }
      case UNROUTABLE_IGNORED ->
        answered(publication, refused -> refused.reason() == UNROUTABLE ? null : refused);
      case LIMITS_UNCHECKED ->
        answered(publication, refused -> refused.reason() == BEYOND_LIMIT ? null : refused);
      case UNAVAILABLE_CALLED_UNKNOWN ->
        answered(
            publication, refused -> changed(refused, publication, UNAVAILABLE, OUTCOME_UNKNOWN));
      case REJECTED_CALLED_UNKNOWN ->
        answered(publication, refused -> changed(refused, publication, REJECTED, OUTCOME_UNKNOWN));
      case UNKNOWN_CALLED_UNAVAILABLE ->
        answered(
            publication, refused -> changed(refused, publication, OUTCOME_UNKNOWN, UNAVAILABLE));
      case OVERTAKES -> overtaking(publication);
      case BOUND_TO_ONE_THREAD -> onOneThread(publication);
      case ANSWERS_ON_ONE_THREAD ->
        broker
            .publish(publication)
            .thenRunAsync(() -> {}, ANSWERING)
            .orTimeout(1, TimeUnit.SECONDS);
      case CONSUMES_UNASKED -> {
        consume(publication.route());
        yield broker.publish(publication);
      }
      case NEXT_FAILS_TOO -> failingNext(publication);
      case SENDS_AGAIN -> sendingAgain(publication);
      case MIXES_UP_IDS ->
        answers.computeIfAbsent(publication.message().id(), id -> broker.publish(publication));
      case SPRAYS -> spraying(publication);
      case DELAYED_TWICE -> {
        if (publication.delayed()) {
          send(publication);
        }
        yield broker.publish(publication);
      }
      case DELAY_DROPS_PRIORITY ->
        broker.publish(publication.delayed() ? withPriority(publication, 0) : publication);
      case EXCHANGE_DELAY_IGNORED ->
        broker.publish(
            publication.route() instanceof Route.ToExchange
                ? publication.after(Duration.ZERO)
                : publication);
      case PRIORITY_LOST -> broker.publish(withPriority(publication, 0));
      case PRIORITY_RISES -> broker.publish(withPriority(publication, published++ % 32));
      default -> broker.publish(publication.after(changed(publication.delay())));
    };
  }

  /** Publishes, and looks at no answer. */
  private void send(Publication publication) {
    CompletableFuture<Void> unused = broker.publish(publication);
  }

  /** Publishes, and has each refusal changed, or forgiven where the change is null. */
  private CompletableFuture<Void> answered(
      Publication publication, Function<PublishException, @Nullable PublishException> change) {
    return broker.publish(publication).exceptionally(error -> {
      Throwable cause = error instanceof CompletionException ? error.getCause() : error;
      if (!(cause instanceof PublishException refused)) {
        throw new CompletionException(cause);
      }
      PublishException changed = change.apply(refused);
      if (changed != null) {
        throw new CompletionException(changed);
      }
      return null;
    });
  }

  /** The refusal, with the other reason where it has the one. */
  private static PublishException changed(
      PublishException refused, Publication publication, Reason one, Reason other) {
    return refused.reason() == one
        ? new PublishException(other, publication, "It failed", "Wait", refused)
        : refused;
  }

  /** Keeps the message m7 back until the next one is sent. */
  private CompletableFuture<Void> overtaking(Publication publication) {
    if (publication.message().id().equals("m7")) {
      overtaken = publication;
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> answer = broker.publish(publication);
    if (overtaken != null) {
      send(overtaken);
      overtaken = null;
    }
    return answer;
  }

  private CompletableFuture<Void> onOneThread(Publication publication) {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    return Thread.currentThread().equals(owner)
        ? broker.publish(publication)
        : CompletableFuture.failedFuture(new PublishException(
            UNAVAILABLE, publication, "The broker is bound to " + owner, "Use that", null));
  }

  private void consume(Route route) {
    if (!subscribed && route instanceof Route.ToQueue to) {
      subscribed = true;
      Subscription unused = broker.subscribe(to.queue(), 1, delivery -> {});
    }
  }

  private CompletableFuture<Void> failingNext(Publication publication) {
    if (unroutable != null) {
      PublishException former = unroutable;
      unroutable = null;
      return CompletableFuture.failedFuture(former);
    }
    return answered(publication, refused -> {
      unroutable = refused;
      return refused;
    });
  }

  private CompletableFuture<Void> sendingAgain(Publication publication) {
    lost.forEach(this::send);
    lost.clear();
    return answered(publication, refused -> {
      lost.add(publication);
      return refused;
    });
  }

  private CompletableFuture<Void> spraying(Publication publication) {
    for (Topology part : declared) {
      if (part instanceof Queue queue) {
        Route other = Route.queue(queue.name());
        if (!other.equals(publication.route())) {
          send(Publication.of(publication.message(), other));
        }
      }
    }
    return broker.publish(publication);
  }

  private static Publication withPriority(Publication publication, int level) {
    return Publication.of(publication.message().copy().priority(level).build(), publication.route())
        .after(publication.delay());
  }

  private Duration changed(Duration delay) {
    if (delay.isNegative()) {
      return has(Fault.NEGATIVE_DELAY_WAITS) ? Duration.ofSeconds(3) : delay;
    }
    if (has(Fault.DELAYS_IN_ORDER) && !delay.isZero()) {
      latest = delay.compareTo(latest) > 0 ? delay : latest.plusMillis(100);
      return latest;
    }
    if (has(Fault.DELAY_LENGTHENED) && !delay.isZero()) {
      return delay.plusSeconds(30);
    }
    return has(Fault.DELAY_HALVED) ? delay.dividedBy(2) : delay;
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    int asked = has(Fault.PREFETCH_TOO_LARGE) ? prefetch + 1 : prefetch;
    if (has(Fault.PREFETCH_UNCHECKED)) {
      asked = Math.max(1, Math.min(1_000, asked));
    }
    subscribed = true;
    return new FaultySubscription(
        broker, asked, new FaultyReceiver(this, broker, queue, receiver), subscriptions);
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
