package dev.errand.broker.rabbit;

import com.rabbitmq.client.Connection;
import dev.errand.time.Time;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The channels of copies that go through exchanges, each of its own: an exchange that was deleted,
 * or is forbidden by now, closes the channel under everyone's confirms. Made when first needed.
 * Thread-safe.
 */
final class ExchangeChannels {
  private final Connection connection;
  private final Set<String> proven;
  private final int window;
  private final Time time;
  private final Runnable afterAnswers;
  private final Map<String, ConfirmChannel> channels = new ConcurrentHashMap<>();
  // Guarded by this.
  private boolean aborted;

  /**
   * None yet.
   *
   * @param proven the exchanges that have answered; one whose channel is closed is taken out
   */
  ExchangeChannels(
      Connection connection, Set<String> proven, int window, Time time, Runnable afterAnswers) {
    this.connection = connection;
    this.proven = proven;
    this.window = window;
    this.time = time;
    this.afterAnswers = afterAnswers;
  }

  /**
   * The channel to this exchange. Blocks for a round trip where there is none.
   *
   * @throws IOException when there is none to be had, as after {@link #abort}
   */
  ConfirmChannel to(String exchange) throws IOException {
    ConfirmChannel present = channels.get(exchange);
    return present == null ? open(exchange) : present;
  }

  private synchronized ConfirmChannel open(String exchange) throws IOException {
    ConfirmChannel present = channels.get(exchange);
    if (present != null) {
      return present;
    }
    if (aborted) {
      // Nobody would end it: whoever ends the epoch has looked already.
      throw new IOException("the channels of this epoch have been closed");
    }
    ConfirmChannel opened = ConfirmChannel.open(connection, window, time, afterAnswers);
    channels.put(exchange, opened);
    opened.onClosed(() -> closed(exchange, opened));
    return opened;
  }

  /** The channel is closed, and not by us: the exchange may be gone, or forbidden. */
  void closed(String exchange, ConfirmChannel channel) {
    if (channels.remove(exchange, channel)) {
      proven.remove(exchange);
    }
  }

  /** Closes all; none is opened any more. Waits for one that is being opened. */
  synchronized void abort() {
    aborted = true;
    channels.values().forEach(ConfirmChannel::abort);
  }

  Collection<ConfirmChannel> all() {
    return channels.values();
  }
}
