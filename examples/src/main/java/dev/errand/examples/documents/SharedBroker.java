package dev.errand.examples.documents;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The address of a broker that two processes can share. */
public record SharedBroker(String address) {
  /** Refuses what they cannot. */
  public static final class Converter implements ITypeConverter<SharedBroker> {
    @Override
    public SharedBroker convert(String address) {
      if (address.regionMatches(true, 0, "memory:", 0, "memory:".length())) {
        throw new TypeConversionException("what is in memory is seen by one process only, so the"
            + " two halves would never meet. Name a RabbitMQ, as amqp://guest:guest@localhost, or"
            + " run both halves in one process by ./demo " + address);
      }
      return new SharedBroker(address);
    }
  }
}
