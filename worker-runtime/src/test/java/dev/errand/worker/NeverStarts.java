package dev.errand.worker;

/** A thread of a JVM that has no further one. */
final class NeverStarts extends Thread {
  @Override
  public synchronized void start() {
    throw new OutOfMemoryError("unable to create native thread");
  }
}
