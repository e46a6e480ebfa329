package dev.errand.broker.rabbit;

import com.rabbitmq.client.Connection;
import dev.errand.broker.Capabilities;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue.Durability;
import dev.errand.broker.Route;
import dev.errand.broker.UnavailableException;
import dev.errand.time.DurationText;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands on the publishing connection: the topology, the channels that publish, the gate
 * before them, and the limits of the server.
 */
final class PublishSide implements Link.Tenant {
  private static final Logger LOG = LoggerFactory.getLogger(PublishSide.class);
  private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;
  private static final int COPY_WINDOW = 1024;

  private final RabbitAddress address;
  private final Time time;
  private final Scheduler timer;
  private final Answers answers;
  private final DeclaredTopology topology;
  private final Gate gate;
  private final Loop loop;
  private final Link link;
  private volatile @Nullable Capabilities capabilities;
  // Loop only.
  private int declareFailures;

  PublishSide(RabbitAddress address, Time time, Scheduler timer, Threads threads, Answers answers) {
    this.address = address;
    this.time = time;
    this.timer = timer;
    this.answers = answers;
    topology = new DeclaredTopology(answers, address.settings().declaring());
    loop = new Loop(threads, "publish", timer);
    link = new Link("publish", address, threads, loop, this);
    gate = new Gate(time, link.reason());
  }

  void start() {
    link.start();
    timer.after(sweepPeriod(), this::sweep);
  }

  Link link() {
    return link;
  }

  Gate gate() {
    return gate;
  }

  DeclaredTopology topology() {
    return topology;
  }

  Capabilities capabilities() {
    Capabilities known = capabilities;
    if (known == null) {
      throw new UnavailableException(
          "What the server can do is not known before the first connection. "
              + link.reason().what() + ". Wait for the connection first, by 'ready'.",
          null);
    }
    return known;
  }

  /**
   * Rebuilds all; the last step lets publishers in. Who declares waits for the answer from when the
   * connection is ready on, and just publishes before: what was asked for until then has to stand
   * first.
   */
  @Override
  public Link.LastStep connected(Connection connection) throws IOException {
    int levels = ServerParts.priorities(Link.version(connection));
    capabilities = new Capabilities(
        "RabbitMQ " + Link.version(connection),
        MAX_BODY_BYTES,
        DelayKey.LONGEST,
        DelayKey.STEP,
        Durability.REPLICATED,
        Map.of(Durability.REPLICATED, levels, Durability.DURABLE, levels),
        Optional.of(address.settings().consumerTimeout()));
    connection.addBlockedListener(this::blocked, this::unblocked);
    topology.rebuild(connection);
    Epoch epoch = channels(connection);
    return () -> {
      topology.work(connection);
      open(epoch);
    };
  }

  private void blocked(String reason) {
    LOG.warn(
        "The server blocks publishing ({}); publishes wait and fail after {} until it is over. Consuming goes on.",
        reason,
        DurationText.of(address.settings().publishTimeout()));
    gate.blocked(reason);
  }

  private void unblocked() {
    LOG.info("The server takes publishes again.");
    gate.blocked(null);
  }

  private Epoch channels(Connection connection) throws IOException {
    Set<String> proven = ConcurrentHashMap.newKeySet();
    return new Epoch(
        connection,
        ConfirmChannel.open(connection, address.settings().window(), time, answers::flush),
        ConfirmChannel.open(connection, COPY_WINDOW, time, answers::flush),
        new ExchangeChannels(connection, proven, COPY_WINDOW, time, answers::flush),
        proven,
        address.settings().declaring());
  }

  private void open(Epoch epoch) {
    gate.open(epoch);
    epoch.publishes().onClosed(() -> loop.execute(() -> reopen(epoch)));
    epoch.copies().onClosed(() -> loop.execute(() -> reopen(epoch)));
  }

  /**
   * A channel was closed and the connection stands: the server refused something, and what we
   * believed of it is unproven.
   */
  private void reopen(Epoch over) {
    if (!over.equals(gate.now()) || !over.connection().isOpen()) {
      return;
    }
    LOG.warn(
        "The server closed a publishing channel; what was unanswered on it has failed, and another is opened.");
    gate.shut(new Trouble(
        "A publishing channel was closed and is opened again", "Look into the server's log"));
    over.abort();
    try {
      open(channels(over.connection()));
    } catch (IOException | RuntimeException broken) {
      // A connection that gives no channel is of no use.
      over.connection().abort(1_000);
    }
  }

  @Override
  public void disconnected(Trouble reason) {
    gate.shut(reason);
  }

  @Override
  public void refused(Trouble reason) {
    gate.refuse(reason);
  }

  /** Has the loop declare what was asked for. */
  void declareWhatIsNew() {
    link.withConnection(connection -> {
      try {
        topology.work(connection);
        declareFailures = 0;
      } catch (IOException | RuntimeException broken) {
        LOG.debug("Declaring was cut off; it goes on soon, or with the next connection.", broken);
        if (connection.isOpen()) {
          declareFailures++;
          loop.after(BackOff.after(declareFailures), this::declareWhatIsNew);
        }
      }
    });
  }

  /** Where a failure shows that a destination is missing, what we believed of it is unproven. */
  void noteFailure(PublishException failure) {
    if (failure.reason() == PublishException.Reason.UNROUTABLE) {
      missing(failure.route());
    }
  }

  private void missing(Route route) {
    Epoch epoch = gate.now();
    if (epoch != null) {
      epoch.delays().forget(route);
    }
    if (route instanceof Route.ToQueue to) {
      topology.missing(to.queue());
    } else if (route instanceof Route.ToExchange to) {
      topology.missingExchange(to.exchange());
    }
  }

  private Duration sweepPeriod() {
    long quarter = address.settings().publishTimeout().toMillis() / 4;
    return Duration.ofMillis(Math.max(25, Math.min(500, quarter)));
  }

  private void sweep() {
    // First, so that a fault of this look is not the end of all.
    timer.after(sweepPeriod(), this::sweep);
    Epoch epoch = gate.now();
    if (epoch != null) {
      Duration timeout = address.settings().publishTimeout();
      Duration stuck = epoch.sweep(timeout);
      if (stuck.compareTo(timeout) > 0) {
        LOG.warn(
            "The server has stopped reading: a write waits since {}. The connection is ended and made again.",
            stuck);
        link.abort();
      } else if (epoch.isTorn()) {
        LOG.warn(
            "An error in a thread that published broke off its write, so that no answer can be trusted any more. The connection is ended and made again; what was unanswered fails as unknown.");
        link.abort();
      }
    }
  }

  /** Lets nothing more in, and waits until nothing is unanswered, at most so long. */
  void drain(Duration atMost) throws InterruptedException {
    long deadline = time.nanoTime() + atMost.toNanos();
    Epoch epoch = gate.close();
    if (epoch != null) {
      epoch.awaitIdle(deadline);
    }
  }
}
