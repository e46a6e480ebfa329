package dev.errand.testing.rabbit;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The first words of AMQP 0-9-1: the client names the protocol, the server answers with
 * {@code connection.start} and its properties. A server that greets serves: RabbitMQ opens its
 * listeners last.
 */
final class Greeting {
  private static final byte[] PROTOCOL = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final int METHOD_FRAME = 1;
  private static final int CONNECTION_START = 10 << 16 | 10;
  private static final int ANSWER_MILLIS = 2_000;
  private static final int PAUSE_MILLIS = 50;
  private static final int ATTEMPTS = 90_000 / PAUSE_MILLIS;

  private Greeting() {}

  /**
   * Waits until the server greets, and returns its version.
   *
   * @param ended completes when the server's process has ended; then to wait on is in vain
   * @return null when it ended, or did not greet in a minute and a half
   */
  static @Nullable String await(InetSocketAddress server, CompletableFuture<?> ended) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return version(server);
      } catch (IOException notYet) {
        if (endedWithinPause(ended)) {
          return null;
        }
      }
    }
    return null;
  }

  /** Greets once. */
  static String version(InetSocketAddress server) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(server, ANSWER_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(PROTOCOL);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int type = in.readUnsignedByte();
      in.readUnsignedShort(); // channel 0
      byte[] payload = in.readNBytes(in.readInt());
      DataInputStream start = new DataInputStream(new ByteArrayInputStream(payload));
      if (type != METHOD_FRAME || start.readInt() != CONNECTION_START) {
        throw new IOException("What answers at %s does not speak AMQP 0-9-1".formatted(server));
      }
      start.readUnsignedShort(); // protocol version
      return version(
          new DataInputStream(new ByteArrayInputStream(start.readNBytes(start.readInt()))));
    }
  }

  private static String version(DataInputStream properties) throws IOException {
    while (true) {
      String name = text(properties, properties.readUnsignedByte());
      int type = properties.readUnsignedByte();
      switch (type) {
        case 'S' -> {
          String value = text(properties, properties.readInt());
          if (name.equals("version")) {
            return value;
          }
        }
        case 'F' -> properties.skipNBytes(properties.readInt());
        default ->
          throw new IOException(
              "Server property %s has the unexpected type %c".formatted(name, type));
      }
    }
  }

  private static String text(DataInputStream in, int length) throws IOException {
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static boolean endedWithinPause(CompletableFuture<?> ended) {
    try {
      ended.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RabbitServerException("Interrupted while a RabbitMQ started", e);
    }
  }
}
