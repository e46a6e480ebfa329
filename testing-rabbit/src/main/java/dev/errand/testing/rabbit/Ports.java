package dev.errand.testing.rabbit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chooses free loopback ports below the range from which systems take the ports of outgoing
 * connections. A port of that range could go to any client while its server is stopped; a client
 * that reconnects to it can even connect to itself.
 */
final class Ports {
  private static final int FIRST = 12_000;
  private static final int COUNT = 10_000;

  /**
   * Begins at another place in each process, so that builds side by side seldom try the same port.
   */
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % COUNT));

  private Ports() {}

  static int free() {
    for (int tried = 0; tried < COUNT; tried++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new RabbitServerException("No loopback port from %d to %d is free; end what holds them"
        .formatted(FIRST, FIRST + COUNT - 1));
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
