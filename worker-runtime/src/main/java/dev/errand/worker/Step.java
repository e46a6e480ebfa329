package dev.errand.worker;

import java.util.Set;

/**
 * How far a delivery in a worker's hands is. Where its connection is lost while it waits, nobody
 * takes it further.
 */
enum Step {
  /** It came; no handler of its job has begun. */
  WAITING,
  /** Its job was begun. */
  RUNNING,
  /** What becomes of it is decided, and a verb is out, or tried again after a pause. */
  SETTLING,
  /** The broker took the verb. */
  SETTLED,
  /** Its connection was lost before: the broker delivers it again. */
  GONE;

  /** Where it may go from here: the table of legal steps. */
  Set<Step> next() {
    return switch (this) {
      case WAITING -> Set.of(RUNNING, SETTLING);
      case RUNNING -> Set.of(SETTLING);
      case SETTLING -> Set.of(SETTLED, GONE);
      case SETTLED, GONE -> Set.of();
    };
  }
}
