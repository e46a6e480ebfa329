/**
 * The contract of the broker SPI, case by case, for every backend. Enter at
 * {@link dev.errand.broker.tck.BrokerContract}; what a backend supplies is a
 * {@link dev.errand.broker.tck.kit.BackendFixture}, and {@link dev.errand.broker.tck.FaultyBroker}
 * shows that the cases bite. Each case runs on one thread; probes are called from the backend's.
 */
@NullMarked
package dev.errand.broker.tck;

import org.jspecify.annotations.NullMarked;
