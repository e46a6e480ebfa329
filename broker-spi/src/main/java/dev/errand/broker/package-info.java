/**
 * The broker SPI: what applications of the broker call, and what a backend implements. Enter at
 * {@link dev.errand.broker.Broker}; a backend begins with {@link dev.errand.broker.BrokerProvider}.
 * Interfaces are thread-safe unless they say otherwise; all other types are immutable values.
 */
@NullMarked
package dev.errand.broker;

import org.jspecify.annotations.NullMarked;
