package dev.errand.worker.tck;

import dev.errand.broker.Broker;

/** Fault: a retry follows a step too soon. */
final class DelaysShortened extends InMemoryFixture {
  @Override
  public Broker open() {
    return new FaultyCopies(
        super.open(), copy -> copy.after(copy.delay().multipliedBy(2).dividedBy(5)));
  }
}
