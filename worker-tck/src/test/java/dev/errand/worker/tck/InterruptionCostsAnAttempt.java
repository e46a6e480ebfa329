package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.codec.WireFormat;

/** Fault: a shutdown counts as a failed attempt. */
final class InterruptionCostsAnAttempt extends InMemoryFixture {
  @Override
  public Broker open() {
    return new FaultyCopies(super.open(), InterruptionCostsAnAttempt::counted);
  }

  private static Publication counted(Publication copy) {
    Message message = copy.message();
    int attempt = WireFormat.count(message, WireFormat.ATTEMPT, 1)
        + WireFormat.count(message, WireFormat.INTERRUPTIONS, 0);
    return new Publication(
        message.copy().header(WireFormat.ATTEMPT, attempt).build(), copy.route(), copy.delay());
  }
}
