package dev.errand.broker.rabbit;

import com.rabbitmq.client.Connection;
import dev.errand.broker.Declaring;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * What is known of the server since its publishing channels were opened: after they are closed, by
 * whomever, everything is unproven again.
 *
 * @param connection the publishing connection
 * @param publishes the channel of {@code Broker.publish}
 * @param copies the channel of {@code Delivery.replace}, whose room is the prefetch
 * @param through the channels of copies that go through an exchange
 * @param delays the delay topology
 * @param proven exchanges that have answered
 * @param over completes when the gate has left it
 */
record Epoch(
    Connection connection,
    ConfirmChannel publishes,
    ConfirmChannel copies,
    ExchangeChannels through,
    Delays delays,
    Set<String> proven,
    CompletableFuture<Void> over) {
  Epoch(
      Connection connection,
      ConfirmChannel publishes,
      ConfirmChannel copies,
      ExchangeChannels through,
      Set<String> proven,
      Declaring declaring) {
    this(
        connection,
        publishes,
        copies,
        through,
        new Delays(connection, declaring),
        proven,
        new CompletableFuture<>());
  }

  private Stream<ConfirmChannel> channels() {
    return Stream.concat(Stream.of(publishes, copies), through.all().stream());
  }

  /** As {@link ConfirmChannel#sweep}, of all channels. */
  Duration sweep(Duration timeout) {
    return channels()
        .map(channel -> channel.sweep(timeout))
        .reduce(Duration.ZERO, (one, other) -> one.compareTo(other) > 0 ? one : other);
  }

  /** As {@link ConfirmChannel#isTorn}, of any channel. */
  boolean isTorn() {
    return channels().anyMatch(ConfirmChannel::isTorn);
  }

  /** Waits until nothing is unanswered, on any channel. */
  void awaitIdle(long deadline) throws InterruptedException {
    for (ConfirmChannel channel : channels().toList()) {
      channel.awaitIdle(deadline);
    }
  }

  void abort() {
    publishes.abort();
    copies.abort();
    through.abort();
  }
}
