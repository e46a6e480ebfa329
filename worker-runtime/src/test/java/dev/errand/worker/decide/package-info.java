/** Tests of what becomes of a job. */
@NullMarked
package dev.errand.worker.decide;

import org.jspecify.annotations.NullMarked;
