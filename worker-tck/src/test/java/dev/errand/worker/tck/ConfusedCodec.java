package dev.errand.worker.tck;

import dev.errand.codec.PayloadCodec;
import dev.errand.codec.PayloadException;

/** JSON, but a body that does not parse is taken for a failure of the handler. */
final class ConfusedCodec implements PayloadCodec {
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
