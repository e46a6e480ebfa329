/**
 * The contract of a worker, case by case, over any broker. Enter at
 * {@link dev.errand.worker.tck.WorkerContract}; what a backend supplies is a
 * {@link dev.errand.broker.tck.kit.BackendFixture}. Each case runs on one thread; handlers run on
 * the worker's.
 */
@NullMarked
package dev.errand.worker.tck;

import org.jspecify.annotations.NullMarked;
