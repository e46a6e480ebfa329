/** Runs the contract in memory, and each case against what it is to find. */
@NullMarked
package dev.errand.worker.tck;

import org.jspecify.annotations.NullMarked;
