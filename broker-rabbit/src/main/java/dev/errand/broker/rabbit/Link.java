package dev.errand.broker.rabbit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import dev.errand.broker.UnavailableException;
import dev.errand.time.DurationText;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
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
   */
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final Duration BETWEEN_REFUSALS = Duration.ofSeconds(5);
  private static final Duration DISCONNECT = Duration.ofSeconds(5);

  /** Rebuilds what stands on a connection. Called on the loop's thread. */
  interface Tenant {
    /** A new connection is there. What it throws ends the connection, and the next follows. */
    void connected(Connection connection) throws IOException, TimeoutException;

    /**
     * The new connection is the present one, and {@link Link#ready} says so. What it throws ends
     * the connection, and the next follows.
     */
    default void ready(Connection connection) throws IOException {}

    /** There is no connection, for this reason. Called after each loss and each failed attempt. */
    void disconnected(Trouble reason);

    /** The server refuses us until someone acts. Called after each such attempt. */
    default void refused(Trouble reason) {
      disconnected(reason);
    }
  }

  private final String name;
  private final RabbitAddress address;
  private final ConnectionFactory factory = new ConnectionFactory();
  private final Loop loop;
  private final Tenant tenant;
  private int failures;
  private List<Consumer<Connection>> waiting = new ArrayList<>();
  private volatile @Nullable Connection connection;
  private volatile CompletableFuture<Void> up = new CompletableFuture<>();
  private volatile @Nullable Trouble refusal;
  private volatile Trouble reason;
  private volatile @Nullable Socket socket;
  private volatile boolean closed;

  Link(String role, RabbitAddress address, Threads threads, Loop loop, Tenant tenant) {
    this.name = address.settings().name() + "-" + role;
    this.address = address;
    this.loop = loop;
    this.tenant = tenant;
    this.reason = new Trouble(
        "RabbitMQ at " + address.endpoint() + " has not answered yet",
        "Give it more time, or look whether it is there");
    configure(threads);
  }

  private void configure(Threads threads) {
    RabbitAddress.Settings settings = address.settings();
    factory.setHost(address.endpoint().host());
    factory.setPort(address.endpoint().port());
    factory.setUsername(address.credentials().user());
    factory.setPassword(address.credentials().password());
    factory.setVirtualHost(address.vhost());
    factory.setConnectionTimeout((int) settings.connectTimeout().toMillis());
    factory.setHandshakeTimeout((int) settings.connectTimeout().toMillis());
    factory.setChannelRpcTimeout(15_000);
    factory.setRequestedHeartbeat((int) settings.heartbeat().toSeconds());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setThreadFactory(threads);
    factory.setExceptionHandler(new QuietExceptions());
    // What the server let in must come out, whatever we allow ourselves to send.
    factory.setMaxInboundMessageBodySize(Integer.MAX_VALUE);
    address.tls().ifPresent(tls -> tls.use(factory));
    factory.setSocketConfigurator(fresh -> {
      fresh.setTcpNoDelay(true);
      if (fresh instanceof SSLSocket encrypted) {
        Tls.configure(encrypted);
      }
      socket = fresh;
      if (closed) {
        fresh.close();
      }
    });
  }

  void start() {
    loop.execute(this::connect);
  }

  private void connect() {
    if (closed) {
      return;
    }
    Connection fresh = null;
    try {
      fresh = factory.newConnection(name);
      Connection watched = fresh;
      tenant.connected(fresh);
      connection = fresh;
      fresh.addShutdownListener(cause -> loop.execute(() -> lost(watched, cause)));
      failures = 0;
      refusal = null;
      LOG.info("{} is connected to RabbitMQ {} at {}.", name, version(fresh), address.endpoint());
      connected();
    } catch (IOException | TimeoutException | RuntimeException | Error error) {
      if (fresh != null) {
        fresh.abort(1_000);
      }
      failed(error);
      return;
    }
    serve(fresh);
  }

  /** On the present connection; where that breaks off it is lost as any other, and made again. */
  private void serve(Connection present) {
    try {
      tenant.ready(present);
      connectedAll(present);
    } catch (IOException | RuntimeException | Error broken) {
      LOG.debug("{}: what stands on the connection could not be opened.", name, broken);
      present.abort(1_000);
    }
  }

  private void connected() {
    if (up.isCompletedExceptionally()) {
      up = CompletableFuture.completedFuture(null);
    } else {
      up.complete(null);
    }
  }

  private void failed(Throwable error) {
    if (closed) {
      return;
    }
    reason = Refusals.ofConnection(error, address);
    failures++;
    boolean forGood = Refusals.forGood(error);
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

  private void lost(Connection which, ShutdownSignalException cause) {
    if (!which.equals(connection) || closed) {
      return;
    }
    connection = null;
    up = new CompletableFuture<>();
    reason = Refusals.ofLoss(cause, address);
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
    Socket present = socket;
    if (present != null) {
      try {
        Tls.abort(present);
      } catch (IOException ignored) {
        LOG.debug("{}: closing its socket failed.", name, ignored);
      }
    }
  }

  /**
   * Disconnects, by force when the server does not take part; nothing connects again. Blocks, but
   * not on the loop's own thread.
   */
  void close(Trouble why) throws InterruptedException {
    boolean connecting = connection == null;
    closed = true;
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
