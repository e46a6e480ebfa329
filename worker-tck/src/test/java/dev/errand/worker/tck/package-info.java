/** Runs the contract on the brokers of this project, and each case against what it is to find. */
@NullMarked
package dev.errand.worker.tck;

import org.jspecify.annotations.NullMarked;
