package dev.errand.broker.inmemory;

import dev.errand.broker.inmemory.fixture.InMemoryFixture;
import dev.errand.broker.tck.BrokerContract;
import dev.errand.broker.tck.Fault;
import dev.errand.broker.tck.FaultyBroker;
import dev.errand.broker.tck.kit.BackendFixture;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The contract on a broker that breaks it; run by {@link FaultyBrokerTest}, not by the build. */
final class BrokenBrokerContract extends BrokerContract {
  /** What is broken; JUnit makes the instances. */
  static volatile @Nullable Fault fault;

  @Override
  protected BackendFixture openFixture() {
    Fault chosen = Objects.requireNonNull(fault);
    return new InMemoryFixture(
        broker -> FaultyBroker.of(broker, chosen),
        chosen == Fault.CHECK_IGNORED ? "declare=make" : "declare=check");
  }
}
