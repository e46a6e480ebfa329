package dev.errand.codec;

/** Turns payloads into bytes and back. Called by many threads at once, for each job. */
public interface PayloadCodec {
  /**
   * The codec of {@link WireFormat} version 1: JSON by Jackson, with records and {@code java.time}
   * as ISO 8601 text. Fields that a class does not know are ignored; what follows the value is
   * refused, and so is a body that is {@code null}. The bytes never choose a class. On the module
   * path a payload's package is open to {@code com.fasterxml.jackson.databind}.
   */
  static PayloadCodec json() {
    return JsonCodec.INSTANCE;
  }

  /** The media type of what it writes. */
  String contentType();

  /**
   * Writes a payload as a value of this class.
   *
   * @throws PayloadException when it cannot be written
   */
  <P> byte[] write(P payload, Class<P> type);

  /**
   * Reads a payload; leaves the bytes as they are.
   *
   * @throws PayloadException when the bytes are no value of this class, however often they are read
   * @throws IllegalStateException when the class is none that can be read from any bytes: the fault
   *     of who reads and not of who sent, so that to read them again after a mend is worth while
   */
  <P> P read(byte[] body, Class<P> type);
}
