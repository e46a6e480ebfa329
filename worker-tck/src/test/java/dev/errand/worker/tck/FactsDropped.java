package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.codec.WireFormat;

/** Fault: a dead letter does not say when it failed first. */
final class FactsDropped extends InMemoryFixture {
  @Override
  public Broker open() {
    return new FaultyCopies(super.open(), copy -> {
      Message changed = copy.message()
          .copy()
          .header(
              WireFormat.FAILURE_FIRST_AT, copy.message().headers().get(WireFormat.FAILURE_LAST_AT))
          .build();
      return new Publication(changed, copy.route(), copy.delay());
    });
  }
}
