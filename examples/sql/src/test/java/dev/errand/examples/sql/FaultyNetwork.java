package dev.errand.examples.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stands before a server on loopback, and breaks what runs through it. */
final class FaultyNetwork implements AutoCloseable {
  /*
   * One thread accepts, and two of each connection pass its bytes. All state is guarded by `this`, which is not held while bytes are
   * read or written.
   */
  private final int serverPort;
  private final int port;
  private final List<Link> links = new ArrayList<>();
  private @Nullable ServerSocket listener;
  private boolean answersHeld;
  private boolean swallowing;

  FaultyNetwork(int serverPort) {
    this.serverPort = serverPort;
    this.port = Ports.free();
    accept();
  }

  int port() {
    return port;
  }

  synchronized int connections() {
    links.removeIf(Link::isClosed);
    return links.size();
  }

  /** Lets connections in again. */
  synchronized void accept() {
    if (listener != null) {
      return;
    }
    try {
      ServerSocket opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      listener = opened;
      start(() -> acceptFrom(opened));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cuts all connections, and lets none in. */
  synchronized void refuse() {
    ServerSocket open = listener;
    listener = null;
    closeQuietly(open);
    cut();
  }

  synchronized void cut() {
    links.forEach(Link::close);
  }

  /** Nothing comes back from the server. */
  synchronized void holdAnswers() {
    answersHeld = true;
  }

  /** Nothing passes in either direction. */
  synchronized void swallow() {
    swallowing = true;
  }

  /** All passes, and what was kept too. */
  synchronized void flow() {
    answersHeld = false;
    swallowing = false;
    notifyAll();
  }

  @Override
  public void close() {
    refuse();
  }

  private void acceptFrom(ServerSocket opened) throws IOException {
    while (!opened.isClosed()) {
      Socket client = opened.accept();
      try {
        Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), serverPort));
        synchronized (this) {
          links.add(link);
          if (opened.isClosed()) {
            link.close();
          }
        }
        start(link::passRequests);
        start(link::passAnswers);
      } catch (IOException serverDown) {
        closeQuietly(client);
      }
    }
  }

  private interface Passing {
    void run() throws IOException, InterruptedException;
  }

  private static void start(Passing passing) {
    Thread thread = new Thread(
        () -> {
          try {
            passing.run();
          } catch (IOException | InterruptedException ended) {
            // A side has gone, or was cut.
          }
        },
        "faulty-network");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(@Nullable AutoCloseable socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (Exception closedAnyway) {
      // What fails to close is closed.
    }
  }

  private final class Link {
    private final Socket client;
    private final Socket server;

    private Link(Socket client, Socket server) throws IOException {
      this.client = client;
      this.server = server;
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    boolean isClosed() {
      return client.isClosed();
    }

    void close() {
      closeQuietly(client);
      closeQuietly(server);
      synchronized (FaultyNetwork.this) {
        FaultyNetwork.this.notifyAll();
      }
    }

    private void passRequests() throws IOException, InterruptedException {
      pass(client.getInputStream(), server.getOutputStream(), false);
    }

    private void passAnswers() throws IOException, InterruptedException {
      pass(server.getInputStream(), client.getOutputStream(), true);
    }

    private void pass(InputStream from, OutputStream to, boolean answers)
        throws IOException, InterruptedException {
      try {
        byte[] buffer = new byte[64 * 1024];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
          awaitPassage(answers);
          to.write(buffer, 0, read);
        }
      } finally {
        close();
      }
    }

    private void awaitPassage(boolean answers) throws InterruptedException {
      synchronized (FaultyNetwork.this) {
        while ((swallowing || (answers && answersHeld)) && !isClosed()) {
          FaultyNetwork.this.wait();
        }
      }
    }
  }
}
