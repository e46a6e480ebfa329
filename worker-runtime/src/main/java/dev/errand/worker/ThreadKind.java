package dev.errand.worker;

/** Makes the threads that run handlers. */
@FunctionalInterface
interface ThreadKind {
  /** A thread that is no reason for the JVM to live on, not started. */
  Thread make(String name, Runnable work);
}
