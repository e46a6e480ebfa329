package dev.errand.worker;

/** Makes threads: those that run handlers, and those of a stop. */
@FunctionalInterface
interface ThreadKind {
  /** A thread that is no reason for the JVM to live on, not started. */
  Thread make(String name, Runnable work);
}
