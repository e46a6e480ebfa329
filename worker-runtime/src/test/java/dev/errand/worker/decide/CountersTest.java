package dev.errand.worker.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CountersTest {
  @Test
  void counters_areReadAsTheyWereWritten() {
    Map<String, Object> headers = new HashMap<>();
    Counters counters = new Counters(2, 3, 4, 5, 6);

    counters.writeTo(headers);

    Message.Builder message = Message.of("1", new byte[0]);
    headers.forEach(message::header);
    assertThat(Counters.of(message.build())).isEqualTo(counters);
  }

  @Test
  void zero_isNotWritten_andTakesAwayWhatWas() {
    Map<String, Object> headers =
        new HashMap<>(Map.of(WireFormat.RETURNS, 1, WireFormat.DEFERRALS, 2));

    Counters.FIRST.writeTo(headers);

    assertThat(headers).containsExactly(Map.entry(WireFormat.ATTEMPT, 1));
  }
}
