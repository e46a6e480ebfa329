package dev.errand.contract.rabbit.operators;

import dev.errand.broker.rabbit.fixture.RabbitLog;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What the broker logs of rights that are missing, from when this is made. */
final class RefusalsInLog implements AutoCloseable {
  private final RabbitLog log = new RabbitLog();

  /** Waits until something is done, or refused. */
  Optional<String> refusalBefore(BooleanSupplier done) {
    List<String> refusals = Awaiting.until(
        () -> log.messagesWith("ACCESS_REFUSED"), seen -> !seen.isEmpty() || done.getAsBoolean());
    return refusals.stream().findFirst();
  }

  @Override
  public void close() {
    log.close();
  }
}
