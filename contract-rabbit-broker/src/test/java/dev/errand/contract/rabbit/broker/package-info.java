/** The contract of a broker, run on RabbitMQ. */
@NullMarked
package dev.errand.contract.rabbit.broker;

import org.jspecify.annotations.NullMarked;
