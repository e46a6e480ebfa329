/**
 * What becomes of a job: from how its attempt ended, what it has behind it and its task's policy to
 * what its delivery is settled by. Enter at {@link dev.errand.worker.decide.Decider}. Values and
 * functions alone: no thread, no broker, no clock. Not exported.
 */
@NullMarked
package dev.errand.worker.decide;

import org.jspecify.annotations.NullMarked;
