package dev.errand.worker;

/** How an attempt ended, or why there was none. */
sealed interface Outcome {
  /** The handler returned. */
  record Done() implements Outcome {}

  /** The handler threw. */
  record Failed(Throwable error) implements Outcome {}

  /** A shutdown took the thread away. */
  record Interrupted() implements Outcome {}

  /** The bytes are not the payload; no handler ran. */
  record Unreadable(Throwable error) implements Outcome {}

  /** No handler of that name; none ran. */
  record Unknown(String task) implements Outcome {}

  /** It came back from someone who died with it or was cut off; not run before a copy says so. */
  record CameBack(int redeliveries) implements Outcome {}
}
