package dev.errand.worker.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** L: fidelity. */
abstract class FidelityCases extends Cases {
  FidelityCases(WorkerContract contract) {
    super(contract);
  }

  @Test
  @DisplayName("L6 a handler that changes the headers map changes nothing on the wire")
  void headersStayAsTheyWere() {
    Broker broker = bench().broker();
    Task<String> task = Task.of("fail", String.class)
        .on(bench().name("queue"))
        .retrying(RetryPolicy.every(Duration.ofMillis(100)).attempts(3));
    List<Map<String, Object>> seen = new CopyOnWriteArrayList<>();
    bench().start(bench().worker(broker).handle(task, (payload, context) -> {
      seen.add(foreign(context.headers()));
      change(context.headers());
      throw new IllegalStateException("always");
    }));

    bench()
        .client()
        .enqueue(
            task, "hello", EnqueueOptions.NONE.header("tenant", "blue").header("tags", List.of(1)));

    bench().await("three attempts", () -> seen.size() == 3);
    Map<String, Object> sent = Map.of("tenant", "blue", "tags", List.of(1));
    assertThat(seen).containsExactly(sent, sent, sent);
  }

  /** Those of the sender, without ours. */
  private static Map<String, Object> foreign(Map<String, Object> headers) {
    Map<String, Object> foreign = new HashMap<>(headers);
    foreign.keySet().removeIf(name -> name.startsWith(WireFormat.PREFIX));
    return foreign;
  }

  /** As far as it can be. */
  private static void change(Map<String, Object> headers) {
    try {
      headers.put("added", "by a handler");
      headers.remove("tenant");
    } catch (UnsupportedOperationException fixed) {
      // That changes nothing either.
    }
  }
}
