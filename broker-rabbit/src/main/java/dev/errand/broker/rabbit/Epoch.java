package dev.errand.broker.rabbit;

import com.rabbitmq.client.Connection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of the server since its publishing channels were opened: after they are closed, by
 * whomever, everything is unproven again.
 *
 * @param connection the publishing connection
 * @param publishes the channel of {@code Broker.publish}
 * @param copies the channel of {@code Delivery.replace}, whose room is the prefetch
 * @param delays the delay topology
 * @param proven exchanges that have answered
 * @param over completes when the gate has left it
 */
record Epoch(
    Connection connection,
    ConfirmChannel publishes,
    ConfirmChannel copies,
    Delays delays,
    Set<String> proven,
    CompletableFuture<Void> over) {
  Epoch(Connection connection, ConfirmChannel publishes, ConfirmChannel copies) {
    this(
        connection,
        publishes,
        copies,
        new Delays(connection),
        ConcurrentHashMap.newKeySet(),
        new CompletableFuture<>());
  }
}
