package dev.errand.testing.rabbit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands on loopback between AMQP clients and a server and breaks what runs through it, while the
 * server runs on. It passes everything until it is told otherwise. Faults concern the connections
 * through this proxy only, and those made after the call too, but for {@link #cut},
 * {@link #closeChannels} and {@link #closeConsumingChannels}, which happen once. Thread-safe; no
 * method blocks longer than a few seconds. After {@link #close} all but the getters throw
 * {@link IllegalStateException}.
 */
public final class RabbitProxy implements AutoCloseable {
  /*
   * Threads: one accepts connections, while the proxy does not refuse them; each connection (Link) has two that pass
   * bytes. The lock guards the listener, the acceptor and the links, and is never held while a thread is joined or bytes
   * are written. Whether bytes pass is the business of the Valves, which lock for themselves.
   */
  private static final int CONNECT_MILLIS = 5_000;

  private final Object lock = new Object();
  private final String address;
  private final InetSocketAddress server;
  private final int port;
  private final Valves valves = new Valves();
  private final AtomicInteger connected = new AtomicInteger();
  private final List<Link> links = new ArrayList<>();
  private @Nullable ServerSocket listener; // null while connections are refused
  private @Nullable Thread acceptor;
  private boolean closed;

  private RabbitProxy(RabbitServer behind, int port) {
    URI uri = URI.create(behind.address());
    String credentials = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo() + "@";
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    this.address =
        "amqp://%s127.0.0.1:%d%s%s".formatted(credentials, port, uri.getRawPath(), query);
    this.server = new InetSocketAddress(uri.getHost(), behind.port());
    this.port = port;
  }

  /**
   * Starts a proxy on a port of its own. The server may stop and start behind it.
   *
   * @param server where connections lead
   * @return a proxy that accepts connections
   */
  public static RabbitProxy before(RabbitServer server) {
    RabbitProxy proxy = new RabbitProxy(server, Ports.free());
    proxy.accept();
    return proxy;
  }

  /**
   * Constant.
   *
   * @return the server's address, with its credentials and virtual host, but this proxy's port
   */
  public String address() {
    return address;
  }

  /**
   * Counts connections; one that its client closed leaves the count soon after.
   *
   * @return how many are open through this proxy
   */
  public int connections() {
    synchronized (lock) {
      return (int) links.stream().filter(Link::isOpen).count();
    }
  }

  /**
   * Closes all connections at once: a reset for the client, and the end of the stream for the
   * server. New ones are accepted.
   */
  public void cut() {
    synchronized (lock) {
      checkOpen();
      links.forEach(Link::cut);
    }
  }

  /**
   * Is a server that is down: closes all connections, and the system refuses new ones on the port.
   * Idempotent.
   */
  public void refuse() {
    Thread ended;
    synchronized (lock) {
      checkOpen();
      ended = stopListening();
    }
    join(ended);
  }

  /** Ends {@link #refuse}: connections are accepted again, on the same port. Idempotent. */
  public void accept() {
    synchronized (lock) {
      checkOpen();
      if (listener != null) {
        return;
      }
      try {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true); // connections of before may linger on the port
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listener = opened;
        acceptor = new Thread(() -> acceptFrom(opened), threadName("accept"));
        acceptor.setDaemon(true);
        acceptor.start();
      } catch (IOException e) {
        throw new UncheckedIOException(
            "The proxy cannot listen on 127.0.0.1:%d".formatted(port), e);
      }
    }
  }

  /**
   * Keeps back what the server sends, confirms and heartbeats too, until {@link #releaseAnswers};
   * what clients send passes. A connection that is being made waits for its handshake. Nothing that
   * the server sends after this call passes, and nothing is lost: what one connection's buffers do
   * not take, the server keeps.
   */
  public void holdAnswers() {
    checked(() -> valves.hold(true));
  }

  /** Ends {@link #holdAnswers}: what was kept back goes out in its order. */
  public void releaseAnswers() {
    checked(() -> valves.hold(false));
  }

  /**
   * Is a black hole: reads nothing any more from clients and server, but leaves connections open
   * and accepts new ones. What clients write vanishes in buffers until these are full; then their
   * writes hang.
   */
  public void stall() {
    checked(() -> valves.stall(true));
  }

  /** Ends {@link #stall}: bytes flow on where they stood. */
  public void resume() {
    checked(() -> valves.stall(false));
  }

  /**
   * Makes the server close every open channel of every connection, with 406 PRECONDITION_FAILED, by
   * an acknowledgement of a delivery that never was. The connections stay. It is sent where the
   * client is between two messages; a channel that is in the middle of one is struck at that
   * message's end.
   *
   * @return how many channels are struck
   */
  public int closeChannels() {
    return strike(Channels.Which.ALL);
  }

  /**
   * As {@link #closeChannels}, but only channels on which the client asked to consume.
   *
   * @return how many channels are struck
   */
  public int closeConsumingChannels() {
    return strike(Channels.Which.CONSUMING);
  }

  /** Closes all connections and the port, and waits for the proxy's threads. Idempotent. */
  @Override
  public void close() {
    Thread ended;
    List<Link> last;
    synchronized (lock) {
      closed = true;
      ended = stopListening();
      last = List.copyOf(links);
    }
    join(ended);
    last.forEach(link -> link.threads().forEach(RabbitProxy::join));
  }

  @Override
  public String toString() {
    return "proxy on port %d before %s".formatted(port, server);
  }

  private int strike(Channels.Which which) {
    List<Link> struck;
    synchronized (lock) {
      checkOpen();
      struck = links.stream().filter(Link::isOpen).toList();
    }
    return struck.stream().mapToInt(link -> link.strike(which)).sum();
  }

  private void checked(Runnable fault) {
    synchronized (lock) {
      checkOpen();
      fault.run();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("The %s is closed".formatted(this));
    }
  }

  /** Closes the listener and all connections; the acceptor, which the caller joins, then ends. */
  private @Nullable Thread stopListening() {
    Thread ending = acceptor;
    ServerSocket open = listener;
    listener = null;
    acceptor = null;
    if (open != null) {
      Link.closeQuietly(open);
    }
    links.forEach(Link::cut);
    return ending;
  }

  private void acceptFrom(ServerSocket source) {
    while (!source.isClosed()) {
      try {
        connect(source.accept(), source);
      } catch (IOException closedOrClientGone) {
        // The loop's condition tells which.
      }
    }
  }

  private void connect(Socket client, ServerSocket source) {
    Socket upstream = new Socket();
    try {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      upstream.connect(server, CONNECT_MILLIS);
      add(
          new Link(
              client, upstream, valves, threadName("connection-" + connected.incrementAndGet())),
          source);
    } catch (IOException serverDown) {
      Link.reset(client);
      Link.closeQuietly(upstream);
    }
  }

  private void add(Link link, ServerSocket source) {
    synchronized (lock) {
      links.removeIf(Link::hasEnded);
      if (source.isClosed()) {
        link.cut(); // refused since it was accepted
      } else {
        links.add(link);
        link.start();
      }
    }
  }

  private String threadName(String role) {
    return "errand-rabbit-proxy-%d-%s".formatted(port, role);
  }

  private static void join(@Nullable Thread thread) {
    if (thread == null) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // its sockets are closed, so it ends without us
    }
  }
}
