/**
 * Errand in an application that is put together by Guice: install
 * {@link dev.errand.guice.ErrandModule} and a {@link dev.errand.guice.TaskModule} with the
 * handlers, then start the {@link dev.errand.guice.Errand} of the injector.
 *
 * <p>Handlers are asked for, and run, on the worker's threads. Nothing here starts a thread but
 * {@code Errand}: the worker's, and {@code errand-<worker>-close} when a handler or a listener
 * closes it; {@code errand-shutdown} is the JVM's hook.
 */
@NullMarked
package dev.errand.guice;

import org.jspecify.annotations.NullMarked;
