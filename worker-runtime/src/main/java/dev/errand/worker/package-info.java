/**
 * The worker: {@code Intake} takes deliveries from a queue or its lane, {@code Dispatcher} hands
 * them to the handlers' threads, {@code Pipeline} takes one delivery from its bytes to its
 * settling, and {@code Shutdown} ends it all in order. {@code Watchdog} sees whether jobs come, and
 * {@code Vitals} says how all is. Enter at {@link dev.errand.worker.Worker}; to see what happens,
 * give it a {@link dev.errand.worker.WorkerListener}.
 *
 * <p>Handlers and the listener's job events run on the handlers' threads,
 * {@code errand-<worker>-handler-<n>}; a broker's threads only hand over, and what they report the
 * listener hears on {@code errand-<worker>-events}; a subscription is made again on
 * {@code errand-<worker>-watch}; a shutdown runs on {@code errand-<worker>-stop}. Handlers, codecs
 * and listeners run under no lock. A policy's function, and a verb of the broker, may run on
 * {@code errand-<worker>-scheduler}, under the lock of its looks: when the job of a handler that
 * ignores its time-out is decided there.
 */
@NullMarked
package dev.errand.worker;

import org.jspecify.annotations.NullMarked;
