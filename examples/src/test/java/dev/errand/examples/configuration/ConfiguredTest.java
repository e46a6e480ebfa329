package dev.errand.examples.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.config.Configuration;
import dev.errand.config.ConfigurationBuilder;
import dev.errand.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The samples of docs/configuration.md, those that are no Java too. */
class ConfiguredTest {
  private static final Path FILE =
      Path.of("src/main/java/dev/errand/examples/configuration/errand.properties");
  private static final Pattern EXPORT = Pattern.compile("export (\\w+)=(.*)");

  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "configuration.md"));
  }

  @Test
  void inCode_openedAndUsed_doesItsJob() throws Exception {
    Configuration configuration = Configured.inCode();
    CompletableFuture<String> greeted = new CompletableFuture<>();
    try (Broker broker = configuration.openBroker();
        Worker worker = configuration
            .worker(broker)
            .handle(Configured.GREET, (name, job) -> greeted.complete(name))
            .start()) {
      configuration.client(broker).enqueue(Configured.GREET, "Ann");

      assertThat(greeted.get(30, TimeUnit.SECONDS)).isEqualTo("Ann");
      assertThat(worker.name()).isEqualTo("worker");
    }
  }

  @Test
  void inFile_isThatOfThePage_andInOrder() throws IOException {
    assertThat(page()).contains("```properties\n" + Files.readString(FILE) + "```\n");
    Configuration configuration = Configured.inFile(FILE);

    assertThat(configuration.find(Configuration.GRACE_PERIOD)).contains(Duration.ofSeconds(20));
    assertThat(configuration.find(Configuration.STOP_ON_SHUTDOWN)).contains(true);
  }

  @Test
  void environment_ofThePage_isInOrder() throws IOException {
    Map<String, String> variables = EXPORT
        .matcher(page())
        .results()
        .collect(Collectors.toMap(each -> each.group(1), each -> each.group(2)));
    ConfigurationBuilder builder = Configuration.builder().environment(variables);

    assertThat(variables).hasSize(3);
    assertThat(builder.build().find(Configuration.CONCURRENCY)).contains(4);
    assertThat(builder.build().find(BrokerProvider.PUBLISH_TIMEOUT))
        .contains(Duration.ofSeconds(5));
  }
}
