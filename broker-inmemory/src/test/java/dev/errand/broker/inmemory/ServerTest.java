package dev.errand.broker.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.time.ManualTime;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ServerTest {
  @Test
  void change_thatThrows_callsWhatItNoted() {
    Server server = Server.named("", ManualTime.create());
    CompletableFuture<Void> noted = new CompletableFuture<>();

    assertThatIllegalStateException()
        .isThrownBy(() -> server.run(() -> {
          server.afterwards(() -> noted.complete(null));
          throw new IllegalStateException("refused");
        }));

    assertThat(noted).isCompleted();
  }

  /** As where the stack of who changes is at its end. */
  @Test
  void errorOfWhatIsCalled_keepsTheRestForTheNextChange() {
    Server server = Server.named("", ManualTime.create());
    CompletableFuture<Void> noted = new CompletableFuture<>();

    assertThatThrownBy(() -> server.run(() -> {
          server.afterwards(() -> {
            throw new StackOverflowError();
          });
          server.afterwards(() -> noted.complete(null));
        }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(noted).isNotDone();
    server.run(() -> {});

    assertThat(noted).isCompleted();
  }
}
