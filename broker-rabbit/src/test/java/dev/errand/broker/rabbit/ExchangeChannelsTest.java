package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.errand.time.Time;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The channels of copies through exchanges, without a server. */
class ExchangeChannelsTest {
  private final List<String> asked = new ArrayList<>();
  private final Set<String> proven = new HashSet<>(Set.of("one"));
  private final ExchangeChannels channels =
      new ExchangeChannels(proxy(Connection.class), proven, 8, Time.system(), () -> {});

  private <T> T proxy(Class<T> type) {
    Object made = Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
          asked.add(method.getName());
          return method.getName().equals("createChannel") ? proxy(Channel.class) : null;
        });
    return type.cast(made);
  }

  @Test
  void to_opensOneChannelForAnExchange() throws IOException {
    ConfirmChannel first = channels.to("one");

    assertThat(channels.to("one")).isSameAs(first);
    assertThat(asked).containsOnlyOnce("createChannel");
    channels.closed("one", first);
    assertThat(proven).isEmpty();
    assertThat(channels.to("one")).isNotSameAs(first);
  }

  @Test
  void to_afterAbort_opensNothingThatNobodyWouldClose() throws IOException {
    ConfirmChannel unusedOpen = channels.to("one");
    channels.abort();
    assertThat(asked).contains("abort");

    assertThatThrownBy(() -> channels.to("other")).isInstanceOf(IOException.class);

    assertThat(asked).containsOnlyOnce("createChannel");
  }
}
