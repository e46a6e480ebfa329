/**
 * The in-memory backend. Enter at {@link dev.errand.broker.inmemory.InMemoryBrokerProvider}; tests
 * break it with {@link dev.errand.broker.inmemory.Faults}.
 *
 * <p>A {@code Server} holds the queues and is shared by handles; it has one lock. It has no thread
 * but its clock's scheduler: receivers are called on the thread that published, settled or moved
 * the clock, never while the lock is held.
 */
@NullMarked
package dev.errand.broker.inmemory;

import org.jspecify.annotations.NullMarked;
