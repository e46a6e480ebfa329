package dev.errand.worker.decide;

import dev.errand.Discard;
import dev.errand.GiveUp;
import dev.errand.RetryLater;
import dev.errand.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How an attempt ended, or why there was none. */
public sealed interface Outcome {
  /** What a handler meant by what it threw: its verdict, where it or a cause of it is one. */
  static Outcome thrown(Throwable error) {
    Verdict verdict = Verdict.in(error).orElse(null);
    if (verdict instanceof RetryLater later) {
      return new Deferred(later.delay(), later.reason());
    } else if (verdict instanceof GiveUp givenUp) {
      return new GaveUp(givenUp.reason(), givenUp.getCause());
    } else if (verdict instanceof Discard discard) {
      return new Discarded(discard.reason());
    }
    return new Failed(error);
  }

  /** The handler returned. */
  record Done() implements Outcome {}

  /** The handler threw, or did not end in its time. */
  record Failed(Throwable error) implements Outcome {}

  /** The handler put the job off. */
  record Deferred(Duration delay, String reason) implements Outcome {}

  /** The handler said that no attempt will do. */
  record GaveUp(String reason, @Nullable Throwable cause) implements Outcome {}

  /** The handler said that the job is not worth doing any more. */
  record Discarded(String reason) implements Outcome {}

  /** A shutdown took the thread away. */
  record Interrupted() implements Outcome {}

  /** The bytes are not the payload; no handler ran. */
  record Unreadable(Throwable error) implements Outcome {}

  /** No handler of that name; none ran. */
  record Unknown(String task) implements Outcome {}

  /**
   * Its format, or its payload's version, is above what we read; no handler ran.
   *
   * @param what a sentence with both versions
   */
  record Newer(String what) implements Outcome {}

  /** It came back from someone who died with it or was cut off; not run before a copy says so. */
  record CameBack(Whence whence) implements Outcome {}

  /** It is suspected, and so is another that this worker has in hand; no handler ran. */
  record BesideASuspect() implements Outcome {}

  /** A run of it that nobody waits for goes on in this worker; it did not begin beside that. */
  record StillRuns(Whence whence) implements Outcome {}

  /**
   * Its task must never run twice, and it came back, so that no handler ran, or its handler did not
   * end it.
   *
   * @param how its handler left it, as far as that is known; else empty
   */
  record MayHaveRun(String how) implements Outcome {
    /** Nobody knows how. */
    public MayHaveRun() {
      this("");
    }
  }

  /** Its time was over at that instant; no handler ran. */
  record Expired(Instant at) implements Outcome {}
}
