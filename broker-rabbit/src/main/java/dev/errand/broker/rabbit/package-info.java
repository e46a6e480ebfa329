/**
 * The RabbitMQ backend. Enter at {@link dev.errand.broker.rabbit.RabbitBrokerProvider};
 * {@code RabbitBroker} puts the parts together.
 *
 * <p>Threads of one broker, named {@code errand-rabbit-<n>-<role>}: {@code publish} and
 * {@code consume} each own one connection and all that is rebuilt with it; {@code settle} writes
 * acknowledgements; {@code copy} writes copies; {@code timer} sweeps and waits; {@code client-<k>}
 * are the client library's readers and consumer threads; {@code answer} completes futures, and is
 * the only one on which callers' dependent actions run.
 */
@NullMarked
package dev.errand.broker.rabbit;

import org.jspecify.annotations.NullMarked;
