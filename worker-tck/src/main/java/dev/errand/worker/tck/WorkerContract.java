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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The contract of {@link dev.errand.worker.Worker}, to be extended for each backend with a class
 * that supplies a fixture and nothing else. A case's name begins with its number in the contract. A
 * case fails, beside its own assertions, when it leaves a thread or a connection behind.
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
  @DisplayName("B: enqueueing")
  final class Enqueue extends EnqueueCases {
    Enqueue() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("D: concurrency")
  final class Concurrency extends ConcurrencyCases {
    Concurrency() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("G: expiry")
  final class Expiry extends ExpiryCases {
    Expiry() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("H: priority")
  final class Priority extends PriorityCases {
    Priority() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("I: dead letters")
  final class DeadLetter extends RedriveCases {
    DeadLetter() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("I: a place that is missed")
  final class Settling extends SettlingCases {
    Settling() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("J: shutdown")
  final class Shutdown extends ShutdownCases {
    Shutdown() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("J: a stop at any time")
  final class Stop extends StopCases {
    Stop() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("J: a pause")
  final class Pause extends PauseCases {
    Pause() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("K: faults")
  final class Recovery extends RecoveryCases {
    Recovery() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("L: fidelity")
  final class Fidelity extends FidelityCases {
    Fidelity() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("N: health")
  final class HealthGroup extends HealthCases {
    HealthGroup() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("O: foreign and hostile")
  final class Foreign extends ForeignCases {
    Foreign() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("O: deploys")
  final class Deploy extends DeployCases {
    Deploy() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("O: hostile")
  final class Hostile extends HostileCases {
    Hostile() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("Q: routing")
  final class Routing extends RoutingCases {
    Routing() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("R: came back")
  final class CameBack extends CameBackCases {
    CameBack() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("S: verdicts and policies")
  final class Verdicts extends VerdictCases {
    Verdicts() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("S: retry")
  final class Retry extends RetryCases {
    Retry() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("T: time-outs")
  final class Timeouts extends TimeoutCases {
    Timeouts() {
      super(WorkerContract.this);
    }
  }

  @Nested
  @DisplayName("T: times that are set from outside")
  final class Holding extends HoldingCases {
    Holding() {
      super(WorkerContract.this);
    }
  }
}
