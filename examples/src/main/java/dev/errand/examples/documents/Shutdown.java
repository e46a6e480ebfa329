package dev.errand.examples.documents;

/** The JVM's end from outside, as by Ctrl-C or SIGTERM. */
final class Shutdown {
  private Shutdown() {}

  /** Something that takes time. */
  @FunctionalInterface
  interface Body {
    void run() throws InterruptedException;
  }

  /**
   * Runs the body; if the JVM is told to end meanwhile, does the action before it ends, and what
   * follows the body no more.
   */
  static void during(Body body, Runnable action) throws InterruptedException {
    Thread hook = new Thread(action, "demo-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      body.run();
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException ending) {
        // With the hook's end comes the JVM's.
        hook.join();
      }
    }
  }
}
