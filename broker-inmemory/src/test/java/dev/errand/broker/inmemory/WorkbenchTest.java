package dev.errand.broker.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import dev.errand.broker.inmemory.fixture.InMemoryFixture;
import dev.errand.broker.tck.kit.Column;
import dev.errand.broker.tck.kit.Workbench;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The clean-up of a case, where a part of it fails. */
class WorkbenchTest {
  private static final class Failing extends Workbench {
    Failing() {
      super(new InMemoryFixture(UnaryOperator.identity()), new Column("none"), () -> "");
    }

    @Override
    protected void end() {
      throw new AssertionError("a stop does not end");
    }

    @Override
    protected void assertAtTheEnd() {
      throw new IllegalStateException("nor does another");
    }
  }

  @Test
  void close_thatFailsAtAStep_closesAllBrokers_andSaysAllThatFailed() {
    Failing bench = new Failing();
    Broker broker = bench.broker();

    assertThatThrownBy(bench::close)
        .isInstanceOf(AssertionError.class)
        .hasMessage("a stop does not end")
        .satisfies(first -> assertThat(first.getSuppressed())
            .singleElement()
            .satisfies(later -> assertThat(later).hasMessage("nor does another")));

    assertThatThrownBy(() -> broker.subscribe("q", 1, delivery -> {}))
        .isInstanceOf(UnavailableException.class);
  }
}
