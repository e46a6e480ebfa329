/** The hostile load, small. */
@NullMarked
package dev.errand.benchmarks.hostile;

import org.jspecify.annotations.NullMarked;
