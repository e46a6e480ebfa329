package dev.errand.worker.tck;

import dev.errand.codec.PayloadCodec;
import dev.errand.codec.PayloadException;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;

/** Fault: a body that does not parse is taken for a failed attempt. */
final class UnreadableIsFailed extends InMemoryFixture {
  @Override
  public Worker start(WorkerBuilder described) {
    return described.codec(new Confused()).start();
  }

  private static final class Confused implements PayloadCodec {
    private final PayloadCodec json = PayloadCodec.json();

    @Override
    public String contentType() {
      return json.contentType();
    }

    @Override
    public <P> byte[] write(P payload, Class<P> type) {
      return json.write(payload, type);
    }

    @Override
    public <P> P read(byte[] body, Class<P> type) {
      try {
        return json.read(body, type);
      } catch (PayloadException unreadable) {
        throw new IllegalStateException(unreadable);
      }
    }
  }
}
