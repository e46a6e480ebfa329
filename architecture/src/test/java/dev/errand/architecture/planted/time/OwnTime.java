package dev.errand.architecture.planted.time;

/** The one that may. */
public final class OwnTime {
  private OwnTime() {}

  static long now() {
    return System.nanoTime();
  }
}
