/**
 * What nobody of good will sends, among good jobs: enter at
 * {@link dev.errand.benchmarks.hostile.Hostile}.
 */
@NullMarked
package dev.errand.benchmarks.hostile;

import org.jspecify.annotations.NullMarked;
