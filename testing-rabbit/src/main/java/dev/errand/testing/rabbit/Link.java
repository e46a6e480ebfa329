package dev.errand.testing.rabbit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** One client's connection through a proxy. */
final class Link {
  /*
   * Threads: "requests" reads whole frames from the client and writes them to the server, "answers" passes the server's
   * bytes as they come. toServer guards the channels and the stream to the server, and is held for whole frames only: who
   * holds it stands at a frame's end and may write a frame of his own. close takes no lock, so that it can free a thread
   * that hangs in a write; a thread that finds its socket closed ends, and closes the other's.
   */
  private static final int BUFFER = 64 * 1024;
  private static final int PROTOCOL_HEADER = 8;
  private static final int FRAME_HEADER = 7;
  private static final int PAYLOAD_SIZE_AT = 3;
  private static final int LARGEST_PAYLOAD = 16 * 1024 * 1024;
  private static final byte FRAME_END = (byte) 0xCE;
  private static final byte METHOD = 1;
  private static final int BASIC_ACK = 60 << 16 | 80;
  private static final int BASIC_ACK_SIZE = 4 + 8 + 1;
  private static final int STRIKE_SECONDS = 5;

  private final Socket client;
  private final Socket server;
  private final Valves valves;
  private final OutputStream requestsOut;
  private final ReentrantLock toServer = new ReentrantLock();
  private final Channels channels = new Channels(); // guarded by toServer
  private final Thread requests;
  private final Thread answers;
  private volatile boolean closed;

  Link(Socket client, Socket server, Valves valves, String name) throws IOException {
    this.client = client;
    this.server = server;
    this.valves = valves;
    this.requestsOut = new BufferedOutputStream(server.getOutputStream(), BUFFER);
    this.requests = thread(this::passRequests, name + "-requests");
    this.answers = thread(this::passAnswers, name + "-answers");
  }

  void start() {
    requests.start();
    answers.start();
  }

  boolean isOpen() {
    return !closed;
  }

  boolean hasEnded() {
    return closed && !requests.isAlive() && !answers.isAlive();
  }

  List<Thread> threads() {
    return List.of(requests, answers);
  }

  /**
   * Breaks the connection: a reset for the client, the end of the stream for the server.
   * Idempotent.
   */
  void cut() {
    reset(client);
    close();
  }

  private void close() {
    closed = true;
    closeQuietly(client);
    closeQuietly(server);
    valves.wake();
  }

  /**
   * Strikes the chosen channels, each as soon as it is between two messages, and returns how many
   * those are.
   */
  int strike(Channels.Which which) {
    try {
      if (!toServer.tryLock(STRIKE_SECONDS, TimeUnit.SECONDS)) {
        throw new RabbitServerException(
            "The server reads nothing from %s, so its channels cannot be closed"
                .formatted(requests.getName()));
      }
      try {
        int struck = channels.strike(which);
        closeDueChannels();
        requestsOut.flush();
        return struck;
      } finally {
        toServer.unlock();
      }
    } catch (IOException gone) {
      close();
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RabbitServerException("Interrupted while channels were closed", e);
    }
  }

  private void passRequests() throws IOException, InterruptedException {
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(client.getInputStream(), BUFFER));
    byte[] frame = new byte[BUFFER];
    in.readFully(frame, 0, PROTOCOL_HEADER);
    valves.awaitRequestsPass(() -> closed);
    requestsOut.write(frame, 0, PROTOCOL_HEADER);
    requestsOut.flush();
    while (!closed) {
      in.readFully(frame, 0, FRAME_HEADER);
      int size = frameSize(frame);
      if (frame.length < size) {
        frame = Arrays.copyOf(frame, size);
      }
      in.readFully(frame, FRAME_HEADER, size - FRAME_HEADER);
      valves.awaitRequestsPass(() -> closed);
      passFrame(frame, size, in.available() == 0);
    }
  }

  private void passFrame(byte[] bytes, int size, boolean last) throws IOException {
    if (bytes[size - 1] != FRAME_END) {
      throw new IOException("%s lost the boundaries of frames".formatted(requests.getName()));
    }
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    ByteBuffer payload = frame.slice(FRAME_HEADER, size - FRAME_HEADER - 1);
    toServer.lock();
    try {
      requestsOut.write(bytes, 0, size);
      channels.sent(frame.get(0), Short.toUnsignedInt(frame.getShort(1)), payload);
      closeDueChannels();
      if (last) {
        requestsOut.flush();
      }
    } finally {
      toServer.unlock();
    }
  }

  /** Acknowledges, on each channel that is due, a delivery that never was. */
  private void closeDueChannels() throws IOException {
    for (int channel : channels.due()) {
      ByteBuffer ack = ByteBuffer.allocate(FRAME_HEADER + BASIC_ACK_SIZE + 1);
      ack.put(METHOD).putShort((short) channel).putInt(BASIC_ACK_SIZE);
      ack.putInt(BASIC_ACK).putLong(Long.MAX_VALUE).put((byte) 0).put(FRAME_END);
      requestsOut.write(ack.array());
    }
  }

  private void passAnswers() throws IOException, InterruptedException {
    InputStream in = server.getInputStream();
    OutputStream out = client.getOutputStream();
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      valves.awaitAnswersPass(() -> closed);
      out.write(buffer, 0, read);
    }
  }

  private static int frameSize(byte[] header) throws IOException {
    int payload = ByteBuffer.wrap(header).getInt(PAYLOAD_SIZE_AT);
    if (payload < 0 || payload > LARGEST_PAYLOAD) {
      throw new IOException(
          "A frame of %s bytes is none".formatted(Integer.toUnsignedString(payload)));
    }
    return FRAME_HEADER + payload + 1;
  }

  private Thread thread(Pass pass, String name) {
    Thread thread = new Thread(
        () -> {
          try {
            pass.run();
          } catch (IOException | InterruptedException ended) {
            // One side has gone, or was closed under us; the other side goes too.
          } finally {
            close();
          }
        },
        name);
    thread.setDaemon(true);
    return thread;
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException alreadyClosed) {
      // Then there is nothing to reset.
    }
    closeQuietly(socket);
  }

  static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // A socket that fails to close is closed.
    }
  }

  /** Passes bytes in one direction until an end. */
  private interface Pass {
    void run() throws IOException, InterruptedException;
  }
}
