package dev.errand.testing.rabbit;

import org.jspecify.annotations.Nullable;

/** Keeps the one server that all tests of a JVM share. */
final class Shared {
  private static @Nullable RabbitServer server;

  private Shared() {}

  static synchronized RabbitServer server() {
    RabbitServer found = server;
    if (found == null) {
      found = Surroundings.ofThisMachine().server();
      if (found instanceof RabbitNode node) {
        Runtime.getRuntime().addShutdownHook(new Thread(node::close, "errand-rabbit-shared-close"));
      }
      server = found;
    }
    return found;
  }
}
