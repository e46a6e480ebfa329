/**
 * The four kinds of exchange: the same uploads go through each of them to three workers. Begin at
 * {@code Routing}, which holds the tasks, and {@code Desk}, which holds the workers and their
 * bindings; {@code RoutingDemo} sends, waits and compares. Handlers run on several threads at once,
 * so {@code Ledger} is thread-safe.
 */
@NullMarked
package dev.errand.examples.routing;

import org.jspecify.annotations.NullMarked;
