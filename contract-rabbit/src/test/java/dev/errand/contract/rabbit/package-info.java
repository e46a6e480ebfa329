/** The contract of a worker, run on RabbitMQ. */
@NullMarked
package dev.errand.contract.rabbit;

import org.jspecify.annotations.NullMarked;
