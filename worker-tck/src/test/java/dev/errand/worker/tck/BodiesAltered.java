package dev.errand.worker.tck;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import java.nio.charset.StandardCharsets;

/** Fault: copies are written anew, so that a body loses the blanks around it. */
final class BodiesAltered extends InMemoryFixture {
  @Override
  public Broker open() {
    return new FaultyCopies(super.open(), BodiesAltered::trimmed);
  }

  private static Publication trimmed(Publication copy) {
    Message message = copy.message();
    byte[] body =
        new String(message.body(), StandardCharsets.UTF_8).trim().getBytes(StandardCharsets.UTF_8);
    Message changed = Message.of(message.id(), body)
        .type(message.type())
        .contentType(message.contentType())
        .correlationId(message.correlationId())
        .headers(message.headers())
        .build();
    return new Publication(changed, copy.route(), copy.delay());
  }
}
