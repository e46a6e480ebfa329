package dev.errand.broker.tck;

import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.broker.tck.kit.Column;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The contract of {@link dev.errand.broker.Broker}, to be extended by each backend with a class
 * that supplies a fixture and nothing else. A case's name begins with its number in the contract,
 * and the letter in front is its group, and its tag for JUnit. A case fails, beside its own
 * assertions, when it leaves a thread or a connection behind, or when the backend logged what it
 * should not.
 */
@Timeout(120)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
public abstract class BrokerContract {
  @RegisterExtension
  final Column column = new Column("broker");

  private @Nullable Bench bench;

  /** For subclasses. */
  protected BrokerContract() {}

  /** Makes the fixture of one case; the kit closes it after the case. */
  protected abstract BackendFixture openFixture();

  @BeforeEach
  final void openBench() {
    bench = new Bench(openFixture(), column);
  }

  @AfterEach
  final void closeBench() {
    bench().close();
  }

  final Bench bench() {
    if (bench == null) {
      throw new IllegalStateException("No case runs; the bench is there within one only.");
    }
    return bench;
  }

  @Nested
  @Tag("A")
  @DisplayName("A: opening, closing")
  final class Opening extends OpeningCases {
    Opening() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("A")
  @DisplayName("A: declaring")
  final class Declaring extends DeclaringCases {
    Declaring() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("B")
  @DisplayName("B: publishing")
  final class Publish extends PublishCases {
    Publish() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("C")
  @DisplayName("C: receiving and settling")
  final class Settle extends SettleCases {
    Settle() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("C")
  @DisplayName("C: settling what cannot be settled as wished")
  final class SettleFault extends SettleFaultCases {
    SettleFault() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("D")
  @DisplayName("D: prefetch and pause")
  final class Prefetch extends PrefetchCases {
    Prefetch() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("E")
  @DisplayName("E: redelivery")
  final class Redelivery extends RedeliveryCases {
    Redelivery() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("F")
  @DisplayName("F: delay")
  final class Delay extends DelayCases {
    Delay() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("H")
  @DisplayName("H: priority")
  final class Priority extends PriorityCases {
    Priority() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("I")
  @DisplayName("I: looking at dead letters")
  final class Look extends LookCases {
    Look() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("K")
  @DisplayName("K: faults")
  final class Fault extends FaultCases {
    Fault() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("K")
  @DisplayName("K: faults that last")
  final class Outage extends OutageCases {
    Outage() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("L")
  @DisplayName("L: fidelity")
  final class Fidelity extends FidelityCases {
    Fidelity() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("M")
  @DisplayName("M: honesty")
  final class Honesty extends HonestyCases {
    Honesty() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("N")
  @DisplayName("N: insight")
  final class Insight extends InsightCases {
    Insight() {
      super(BrokerContract.this);
    }
  }

  /** Last, as what it leaves behind slows a server. */
  @Nested
  @Order(Integer.MAX_VALUE)
  @Tag("P")
  @DisplayName("P: cost")
  final class Cost extends CostCases {
    Cost() {
      super(BrokerContract.this);
    }
  }

  @Nested
  @Tag("Q")
  @DisplayName("Q: routing")
  final class Routing extends RoutingCases {
    Routing() {
      super(BrokerContract.this);
    }
  }
}
