package dev.errand.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import com.rabbitmq.client.impl.SocketFrameHandlerFactory;
import dev.errand.time.Scheduler;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to one host at a time. Its name may lead to several addresses: they are tried one after
 * the other, each within the connect time-out, from the first packet to the end of the login.
 */
final class Dialer {
  /*
   * One thread dials. The timer, when an address has had its time, and whoever calls `abort` close the socket under it, which frees it from
   * wherever it hangs. `dialled` is a socket that the thread waits for, `expired` the last one that the timer closed.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);
  private static final int RPC_MILLIS = 15_000;

  private final ConnectionFactory factory = new HandshakeFirst();
  private final Duration timeout;
  private final Scheduler timer;
  private volatile @Nullable Socket socket;
  private volatile @Nullable Socket dialled;
  private volatile @Nullable Socket expired;
  private volatile boolean closed;

  Dialer(RabbitAddress address, Threads threads, Scheduler timer) {
    this.timer = timer;
    RabbitAddress.Settings settings = address.settings();
    timeout = settings.connectTimeout();
    factory.setUsername(address.credentials().user());
    factory.setPassword(address.credentials().password());
    factory.setVirtualHost(address.vhost());
    factory.setConnectionTimeout((int) timeout.toMillis());
    factory.setHandshakeTimeout((int) timeout.toMillis());
    factory.setChannelRpcTimeout(RPC_MILLIS);
    factory.setRequestedHeartbeat((int) settings.heartbeat().toSeconds());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setThreadFactory(threads);
    factory.setExceptionHandler(new QuietExceptions());
    // What the server let in must come out, whatever we allow ourselves to send.
    factory.setMaxInboundMessageBodySize(Integer.MAX_VALUE);
    address.tls().ifPresent(tls -> tls.use(factory));
    factory.setSocketConfigurator(this::begin);
  }

  /** A new connection, of which nobody knows yet. Blocks. */
  Connection dial(RabbitAddress.Endpoint endpoint, String name)
      throws IOException, TimeoutException {
    try {
      factory.setHost(endpoint.host());
      factory.setPort(endpoint.port());
      return factory.newConnection(name);
    } catch (IOException | RuntimeException error) {
      Socket last = socket;
      if (last != null && last.equals(expired)) {
        TimeoutException late = new TimeoutException();
        late.initCause(error);
        throw late;
      }
      throw error;
    } finally {
      dialled = null;
    }
  }

  /** By the library, with the socket of the next address, before it connects. */
  private void begin(Socket fresh) throws IOException {
    fresh.setTcpNoDelay(true);
    if (fresh instanceof SSLSocket encrypted) {
      Tls.configure(encrypted);
    }
    socket = fresh;
    dialled = fresh;
    if (closed) {
      fresh.close();
    }
    timer.after(timeout, () -> expire(fresh));
  }

  private void expire(Socket late) {
    if (late.equals(dialled)) {
      expired = late;
      abort(late);
    }
  }

  /** Ends the present connection, or the attempt at one, at once, as a black hole would not. */
  void abort() {
    Socket present = socket;
    if (present != null && !present.isClosed()) {
      abort(present);
    }
  }

  private static void abort(Socket present) {
    try {
      Tls.abort(present);
    } catch (IOException ignored) {
      LOG.debug("Closing a socket failed.", ignored);
    }
  }

  /** From here on no attempt succeeds; {@link #abort()} ends the one that runs. */
  void close() {
    closed = true;
  }

  /** Shakes hands over TLS before the library does, which logs each refusal as an error. */
  private static final class HandshakeFirst extends ConnectionFactory {
    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() {
      return new SocketFrameHandlerFactory(
          getConnectionTimeout(),
          getSocketFactory(),
          getSocketConfigurator(),
          isSSL(),
          null,
          null,
          AMQP.FRAME_MIN_SIZE) {
        @Override
        public FrameHandler create(Socket connected) throws IOException {
          if (connected instanceof SSLSocket encrypted) {
            encrypted.startHandshake();
          }
          return super.create(connected);
        }
      };
    }
  }
}
