package dev.errand.examples.documents;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The first parameter of a command that is one of two processes: the broker they share. */
public final class SharedBroker {
  @Parameters(
      index = "0",
      paramLabel = "ADDRESS",
      converter = Converter.class,
      description = "the broker, as amqp://guest:guest@localhost")
  private String address;

  /** Its address. */
  public String address() {
    return address;
  }

  /** Refuses what two processes cannot share. */
  static final class Converter implements ITypeConverter<String> {
    @Override
    public String convert(String address) {
      if (address.regionMatches(true, 0, "memory:", 0, "memory:".length())) {
        throw new TypeConversionException("what is in memory is seen by one process only, so the"
            + " two halves would never meet. Name a RabbitMQ, as amqp://guest:guest@localhost, or"
            + " run both halves in one process by ./demo " + address);
      }
      return address;
    }
  }
}
