package dev.errand.worker.tck;

import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.broker.tck.kit.Column;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The contract of {@link dev.errand.worker.Worker}, to be extended for each backend with a class
 * that supplies a fixture and nothing else. A case's name begins with its number in the contract,
 * and the letter in front is its group, and its tag for JUnit. A case fails, beside its own
 * assertions, when it leaves a thread or a connection behind.
 */
@Timeout(120)
public abstract class WorkerContract {
  @RegisterExtension
  final Column column = new Column("worker");

  private @Nullable Bench bench;

  /** For subclasses. */
  protected WorkerContract() {}

  /** Makes the fixture of one case; the kit closes it after the case. */
  protected abstract BackendFixture openFixture();

  /** Starts the worker that a case described; who tests the cases themselves does more. */
  Worker start(WorkerBuilder described) {
    return described.start();
  }

  @BeforeEach
  final void openBench() {
    bench = new Bench(openFixture(), this::start, column);
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
  @Tag("B")
  @DisplayName("B: enqueueing")
  final class Enqueue extends EnqueueCases {
    Enqueue() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("D")
  @DisplayName("D: concurrency")
  final class Concurrency extends ConcurrencyCases {
    Concurrency() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("G")
  @DisplayName("G: expiry")
  final class Expiry extends ExpiryCases {
    Expiry() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("H")
  @DisplayName("H: priority")
  final class Priority extends PriorityCases {
    Priority() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("I")
  @DisplayName("I: dead letters")
  final class DeadLetter extends RedriveCases {
    DeadLetter() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("I")
  @DisplayName("I: a place that is missed")
  final class Settling extends SettlingCases {
    Settling() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("J")
  @DisplayName("J: shutdown")
  final class Shutdown extends ShutdownCases {
    Shutdown() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("J")
  @DisplayName("J: a stop at any time")
  final class Stop extends StopCases {
    Stop() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("J")
  @DisplayName("J: a pause")
  final class Pause extends PauseCases {
    Pause() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("K")
  @DisplayName("K: faults")
  final class Recovery extends RecoveryCases {
    Recovery() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("L")
  @DisplayName("L: fidelity")
  final class Fidelity extends FidelityCases {
    Fidelity() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("N")
  @DisplayName("N: health")
  final class HealthGroup extends HealthCases {
    HealthGroup() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("O")
  @DisplayName("O: foreign and hostile")
  final class Foreign extends ForeignCases {
    Foreign() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("O")
  @DisplayName("O: deploys")
  final class Deploy extends DeployCases {
    Deploy() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("O")
  @DisplayName("O: hostile")
  final class Hostile extends HostileCases {
    Hostile() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("Q")
  @DisplayName("Q: routing")
  final class Routing extends RoutingCases {
    Routing() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("R")
  @DisplayName("R: came back")
  final class CameBack extends CameBackCases {
    CameBack() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("S")
  @DisplayName("S: verdicts and policies")
  final class Verdicts extends VerdictCases {
    Verdicts() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("S")
  @DisplayName("S: retry")
  final class Retry extends RetryCases {
    Retry() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("T")
  @DisplayName("T: time-outs")
  final class Timeouts extends TimeoutCases {
    Timeouts() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @Tag("T")
  @DisplayName("T: times that are set from outside")
  final class Holding extends HoldingCases {
    Holding() {
      super(WorkerContract.this);
    }
  }
}
