package dev.errand.broker.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

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
}
