package dev.errand.examples.sql;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free loopback ports below the range from which systems take the ports of outgoing connections. A
 * port of that range could go to any client while its server is away; a client that tries again and
 * again to connect to it can even connect to itself.
 */
final class Ports {
  private static final int FIRST = 22_000;
  private static final int LAST = 31_999;

  private Ports() {}

  /** At random, so that tests in several JVMs do not meet. */
  static int free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException taken) {
        // Another, then.
      }
    }
  }
}
