package dev.errand.broker.rabbit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.errand.broker.UnavailableException;
import dev.errand.time.DurationText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection: connects, has everything rebuilt on it, and when it is lost begins again,
 * with back-off, until closed.
 */
final class Link {
  /*
   * The loop's thread alone connects, rebuilds and disconnects, so no two generations of a connection overlap. Other threads read the
   * volatile fields, and `abort` frees a thread that hangs in the socket.
   *
   * A round tries each host once, beginning with the one after the last tried; only when all have failed there is a pause.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final Duration BETWEEN_REFUSALS = Duration.ofSeconds(5);
  private static final Duration DISCONNECT = Duration.ofSeconds(5);

  /** Rebuilds what stands on a connection. Called on the loop's thread. */
  interface Tenant {
    /**
     * A new connection is there. What is done here, and then by the step that it returns, ends the
     * connection where it throws, and the next follows.
     *
     * @return what is left to do when the connection is the present one, and {@link Link#ready}
     *     says so
     */
    LastStep connected(Connection connection) throws IOException, TimeoutException;

    /** There is no connection, for this reason. Called after each loss and each failed attempt. */
    void disconnected(Trouble reason);

    /** The server refuses us until someone acts. Called after each such attempt. */
    default void refused(Trouble reason) {
      disconnected(reason);
    }
  }

  /** What is left to do until all stands on a connection. */
  interface LastStep {
    void run() throws IOException;
  }

  private final String name;
  private final List<RabbitAddress> hosts;
  private final Dialer dialer;
  private final Loop loop;
  private final Tenant tenant;
  private final Set<RabbitAddress> stood = new HashSet<>();
  private int next;
  private int failures;
  private List<Consumer<Connection>> waiting = new ArrayList<>();
  private volatile @Nullable Connection connection;
  private volatile CompletableFuture<Void> up = new CompletableFuture<>();
  private volatile @Nullable Trouble refusal;
  private volatile Trouble reason;
  private volatile boolean closed;

  Link(String role, RabbitAddress address, Threads threads, Loop loop, Tenant tenant) {
    this.name = address.settings().name() + "-" + role;
    this.hosts = address.alternatives();
    this.loop = loop;
    this.tenant = tenant;
    this.reason = new Trouble(
        "RabbitMQ at " + address.hosts() + " has not answered yet",
        "Give it more time, or look whether it is there");
    this.dialer = new Dialer(address, threads, loop.timer());
  }

  void start() {
    loop.execute(this::connect);
  }

  /** One failed attempt. */
  private record Failure(Throwable error, Trouble why, boolean forGood) {}

  private void connect() {
    List<Failure> round = new ArrayList<>();
    for (int i = 0; i < hosts.size() && !closed; i++) {
      RabbitAddress host = hosts.get(next);
      next = (next + 1) % hosts.size();
      Optional<Failure> failure = attempt(host);
      if (failure.isEmpty()) {
        return;
      }
      round.add(failure.get());
    }
    if (!closed) {
      failed(round);
    }
  }

  private Optional<Failure> attempt(RabbitAddress host) {
    Connection fresh;
    try {
      fresh = dialer.dial(host.endpoint(), name);
    } catch (IOException | TimeoutException | RuntimeException | Error error) {
      Trouble why = stood.contains(host)
          ? Refusals.ofReconnection(error, host)
          : Refusals.ofConnection(error, host);
      return Optional.of(new Failure(error, why, Refusals.forGood(error)));
    }
    try {
      LastStep last = tenant.connected(fresh);
      present(fresh, host);
      last.run();
      connectedAll(fresh);
      failures = 0;
      LOG.info("{} is connected to RabbitMQ {} at {}.", name, version(fresh), host.endpoint());
      return Optional.empty();
    } catch (IOException | TimeoutException | RuntimeException | Error error) {
      absent();
      fresh.abort(1_000);
      return Optional.of(new Failure(error, Refusals.ofRebuilding(error, host), false));
    }
  }

  private void present(Connection fresh, RabbitAddress host) {
    connection = fresh;
    stood.add(host);
    refusal = null;
    fresh.addShutdownListener(cause -> loop.execute(() -> lost(fresh, host, cause)));
    connected();
  }

  private void absent() {
    if (connection != null) {
      connection = null;
      up = new CompletableFuture<>();
    }
  }

  private void connected() {
    if (up.isCompletedExceptionally()) {
      up = CompletableFuture.completedFuture(null);
    } else {
      up.complete(null);
    }
  }

  /** For good only where each host refuses us: any other may let us in without our doing. */
  private void failed(List<Failure> round) {
    reason = Trouble.all(round.stream().map(Failure::why).toList());
    failures++;
    Throwable error = round.get(round.size() - 1).error();
    boolean forGood = round.stream().allMatch(Failure::forGood);
    Duration pause = forGood ? BETWEEN_REFUSALS : BackOff.after(failures);
    if (forGood) {
      UnavailableException refused = refused(reason, error);
      boolean news = !reason.equals(refusal);
      refusal = reason;
      up.completeExceptionally(refused);
      tenant.refused(reason);
      if (news) {
        LOG.error(
            "{} is refused, and tried again every {}. {}", name, DurationText.of(pause), reason);
      }
    } else {
      tenant.disconnected(reason);
      if (failures == 1) {
        LOG.warn("{} cannot connect, and is tried again until it can. {}", name, reason);
      }
    }
    loop.after(pause, this::connect);
  }

  private void lost(Connection which, RabbitAddress host, ShutdownSignalException cause) {
    if (!which.equals(connection) || closed) {
      return;
    }
    absent();
    reason = Refusals.ofLoss(cause, host);
    LOG.warn("{}: {}", name, reason);
    tenant.disconnected(reason);
    loop.after(BackOff.after(1), this::connect);
  }

  static String version(Connection connection) {
    Object version = connection.getServerProperties().get("version");
    return version == null ? "of unknown version" : version.toString();
  }

  /** Runs on the loop with the present connection, or with the next one. */
  void whenConnected(Consumer<Connection> action) {
    loop.execute(() -> {
      Connection present = connection;
      if (present != null && present.isOpen()) {
        action.accept(present);
      } else {
        waiting.add(action);
      }
    });
  }

  private void connectedAll(Connection fresh) {
    List<Consumer<Connection>> actions = waiting;
    waiting = new ArrayList<>();
    actions.forEach(action -> action.accept(fresh));
  }

  /** Runs on the loop with the present connection, or not at all when there is none. */
  void withConnection(Consumer<Connection> action) {
    loop.execute(() -> {
      Connection present = connection;
      if (present != null) {
        action.accept(present);
      }
    });
  }

  /** As {@link dev.errand.broker.Broker#ready}. */
  void ready(Duration atMost) {
    if (closed) {
      throw RabbitBroker.closedException();
    }
    Trouble refused = refusal;
    if (refused != null) {
      throw refused(refused, null);
    }
    try {
      up.get(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new UnavailableException(
          reason.with("There was no connection within " + DurationText.of(atMost)
              + "; it is tried again until there is."),
          null);
    } catch (ExecutionException failed) {
      // With a trace of this thread; its words are those of the refusal, or of the close.
      Throwable cause = failed.getCause();
      throw new UnavailableException(
          cause == null ? reason.toString() : String.valueOf(cause.getMessage()), cause);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(
          "The thread was interrupted while it waited for the connection. " + reason.what()
              + ". Wait on a thread that is not interrupted.",
          interrupted);
    }
  }

  private static UnavailableException refused(Trouble why, @Nullable Throwable cause) {
    return new UnavailableException(
        why.with("It is tried again every " + DurationText.of(BETWEEN_REFUSALS) + "."), cause);
  }

  Trouble reason() {
    return reason;
  }

  /** Ends the present connection at once, as a black hole would not: frees whoever writes to it. */
  void abort() {
    dialer.abort();
  }

  /**
   * Disconnects, by force when the server does not take part; nothing connects again. Blocks, but
   * not on the loop's own thread.
   */
  void close(Trouble why) throws InterruptedException {
    boolean connecting = connection == null;
    closed = true;
    dialer.close();
    if (connecting) {
      abort();
    }
    CountDownLatch disconnected = new CountDownLatch(1);
    loop.execute(() -> {
      disconnect(why);
      disconnected.countDown();
    });
    if (!disconnected.await(DISCONNECT.toSeconds(), TimeUnit.SECONDS)) {
      // The loop may be stuck in a write, or behind one.
      abort();
    }
    loop.close(Duration.ofSeconds(20));
    up.completeExceptionally(new UnavailableException(why.toString(), null));
  }

  private void disconnect(Trouble why) {
    Connection present = connection;
    connection = null;
    reason = why;
    if (present != null) {
      // Ends with an abort when the server does not answer.
      present.abort((int) DISCONNECT.toMillis());
    }
    tenant.disconnected(why);
  }
}
