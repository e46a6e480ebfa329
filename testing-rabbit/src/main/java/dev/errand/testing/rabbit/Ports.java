package dev.errand.testing.rabbit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses free loopback ports below the range from which systems take the ports of outgoing
 * connections. A port of that range could go to any client while its server is stopped; a client
 * that reconnects to it can even connect to itself.
 */
final class Ports {
  /*
   * A port is free until its server listens, which takes seconds: two processes that looked only whether it is free would both take it. So
   * each takes whole blocks. The first port of a block is its lock: who listens there owns the block, as long as the process lives.
   */
  private static final int FIRST = 12_000;
  private static final int BLOCK = 100;
  private static final int BLOCKS = 100;
  private static final Ports OF_THIS_PROCESS = new Ports();

  private int block = (int) (ProcessHandle.current().pid() % BLOCKS); // guarded by this
  private final List<ServerSocket> locks = new ArrayList<>(); // guarded by this
  private int used = BLOCK; // guarded by this

  static int free() {
    return OF_THIS_PROCESS.next();
  }

  synchronized int next() {
    while (true) {
      if (used == BLOCK) {
        takeBlock();
      }
      int port = FIRST + block * BLOCK + used++;
      ServerSocket probe = listening(port);
      if (probe != null) {
        close(probe);
        return port;
      }
    }
  }

  private void takeBlock() {
    for (int tried = 0; tried < BLOCKS; tried++) {
      block = (block + 1) % BLOCKS;
      ServerSocket lock = listening(FIRST + block * BLOCK);
      if (lock != null) {
        locks.add(lock);
        used = 1;
        return;
      }
    }
    throw new RabbitServerException(
        "All loopback ports from %d to %d are taken by tests; end what holds them"
            .formatted(FIRST, FIRST + BLOCKS * BLOCK - 1));
  }

  private static @Nullable ServerSocket listening(int port) {
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (IOException taken) {
      return null;
    }
  }

  private static void close(ServerSocket probe) {
    try {
      probe.close();
    } catch (IOException unheard) {
      throw new RabbitServerException(
          "Port %d stays open".formatted(probe.getLocalPort()), unheard);
    }
  }
}
