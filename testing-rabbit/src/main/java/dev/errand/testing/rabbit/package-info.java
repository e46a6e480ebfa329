/**
 * A RabbitMQ for tests, and faults for its connections.
 *
 * <p>Enter by {@link dev.errand.testing.rabbit.RabbitServer}: {@code shared()} is the one server
 * that all tests of a JVM use, {@code privateNode()} a server that a test may stop, kill and
 * configure. {@link dev.errand.testing.rabbit.RabbitProxy} stands before either and breaks
 * connections in chosen ways, while the server runs on.
 *
 * <p>Every method may be called from any thread; what blocks says so and for how long.
 */
@NullMarked
package dev.errand.testing.rabbit;

import org.jspecify.annotations.NullMarked;
