/** The contract of a worker, run on RabbitMQ. */
@NullMarked
package dev.errand.worker.rabbit;

import org.jspecify.annotations.NullMarked;
