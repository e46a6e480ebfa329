package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.time.ManualTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HeraldTest {
  private final Recorder recorder = new Recorder();
  private final Herald herald = new Herald(new Events("test", recorder), ManualTime.create());

  @Test
  void turnThatFails_costsNoneAfterIt() throws Exception {
    herald.start();
    herald.run(() -> {
      throw new OutOfMemoryError("for this turn");
    });
    herald.tell(new WorkerEvent.Paused("test"));
    herald.end();
    herald.ended().get(20, TimeUnit.SECONDS);

    assertThat(recorder.all(WorkerEvent.Paused.class)).hasSize(1);
  }
}
