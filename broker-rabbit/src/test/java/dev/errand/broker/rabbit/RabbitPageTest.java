package dev.errand.broker.rabbit;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Queue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tables of docs/rabbitmq.md say what {@link ServerParts} puts on the server. */
class RabbitPageTest {
  private static final Pattern ARGUMENT = Pattern.compile("`([a-z-]+)=([^`]+)`");

  private String page;

  @BeforeEach
  void read() throws IOException {
    page = Files.readString(Path.of("..", "docs", "rabbitmq.md"));
  }

  /** The line that begins with this. */
  private String line(String beginning) {
    return page.lines()
        .filter(line -> line.startsWith(beginning))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line begins with " + beginning));
  }

  private static Map<String, String> arguments(String line) {
    return ARGUMENT
        .matcher(line)
        .results()
        .collect(toMap(argument -> argument.group(1), argument -> argument.group(2)));
  }

  private static Map<String, String> told(Map<String, Object> arguments) {
    return arguments.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, argument -> argument.getValue().toString()));
  }

  @Test
  void queues_haveTheirArguments() {
    assertThat(arguments(line("| `<queue>` | jobs")))
        .isEqualTo(told(ServerParts.queue(Queue.named("<queue>").overflow("<queue>.dead"))));
    assertThat(arguments(line("| `<queue>.returned` |")))
        .containsExactly(Map.entry("x-dead-letter-routing-key", "<queue>.returned"));
    assertThat(arguments(line("| `<queue>.dead` |")))
        .isEqualTo(told(ServerParts.queue(Queue.named("<queue>.dead"))));
    assertThat(arguments(line("| `" + ServerParts.UNROUTABLE + "` | delayed")))
        .isEqualTo(told(ServerParts.keeping()));
    assertThat(arguments(line("| `" + ServerParts.RELAY + "<exchange>` |")))
        .isEqualTo(told(ServerParts.keeping()));
  }

  @Test
  void delayQueues_haveTheirArguments() {
    Map<String, String> common = arguments(line("`errand.delay.K.D` has"));
    for (int position = 0; position < ServerParts.DELAY_DIGITS; position++) {
      MatchResult row = Pattern.compile("\\| \\d \\| D × (\\d+) \\| `([^`]+)` \\|")
          .matcher(line("| " + position + " |"))
          .results()
          .findFirst()
          .orElseThrow();
      for (int digit = 1; digit <= 9; digit++) {
        Map<String, String> expected = told(ServerParts.delayQueueArguments(position, digit));
        assertThat(expected).containsAllEntriesOf(common).hasSize(common.size() + 2);
        assertThat(expected)
            .containsEntry("x-message-ttl", "" + digit * Long.parseLong(row.group(1)))
            .containsEntry("x-dead-letter-exchange", row.group(2));
      }
    }
  }

  @Test
  void exchanges_haveTheirArguments() {
    for (String exchange :
        List.of(ServerParts.OVERFLOW, ServerParts.delayExchange(0), ServerParts.DELIVER)) {
      assertThat(arguments(line("| `" + exchange + "` "))).isEqualTo(told(ServerParts.exchange()));
    }
  }

  @Test
  void delay_ofAnHour_isTheExample() {
    DelayKey hour = DelayKey.of(Duration.ofHours(1));
    assertThat(page)
        .contains("`" + hour.to("documents") + "`")
        .contains("`" + hour.to(ServerParts.RELAY + "uploads") + "`");
  }
}
