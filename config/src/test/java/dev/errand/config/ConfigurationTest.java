package dev.errand.config;

import static dev.errand.config.Configuration.BROKER;
import static dev.errand.config.Configuration.CONCURRENCY;
import static dev.errand.config.Configuration.GRACE_PERIOD;
import static dev.errand.config.Configuration.MAX_PAYLOAD;
import static dev.errand.config.Configuration.PREFETCH;
import static dev.errand.config.Configuration.STOP_ON_SHUTDOWN;
import static dev.errand.config.Configuration.WORKER_NAME;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.broker.PublishException;
import dev.errand.broker.Setting;
import dev.errand.broker.rabbit.RabbitBrokerProvider;
import dev.errand.codec.PayloadCodec;
import dev.errand.time.ManualTime;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConfigurationTest {
  private static final Task<String> GREET = Task.of("greet", String.class).on("greetings");

  @TempDir
  private Path folder;

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("errand.properties"), List.of(lines));
  }

  private static List<Fault> faults(ConfigurationBuilder builder) {
    return assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(builder::build)
        .actual()
        .faults();
  }

  @Test
  void worker_hasWhatIsConfigured() throws InterruptedException {
    Configuration configuration = Configuration.builder()
        .set(BROKER, "memory:")
        .set(WORKER_NAME, "till")
        .set(CONCURRENCY, 3)
        .set(STOP_ON_SHUTDOWN, true)
        .set(GRACE_PERIOD, Duration.ofSeconds(25))
        .set(PREFETCH, 5)
        .build();
    CompletableFuture<WorkerEvent.Started> started = new CompletableFuture<>();
    try (Broker broker = configuration.openBroker();
        Worker worker = configuration
            .worker(broker)
            .handle(GREET, (name, job) -> {})
            .listener(event -> {
              if (event instanceof WorkerEvent.Started start) {
                started.complete(start);
              }
            })
            .start()) {
      assertThat(worker.name()).isEqualTo("till");
      assertThat(started.join().concurrency()).isEqualTo(3);
    }
  }

  @Test
  void precedence_isCodeEnvironmentFileDefault() throws IOException {
    Path file = file("errand.broker=memory:", "errand.concurrency=2", "errand.worker-name=file");
    ConfigurationBuilder builder = Configuration.builder()
        .set(CONCURRENCY, 4)
        .environment(Map.of("ERRAND_CONCURRENCY", "3", "ERRAND_WORKER_NAME", "environment"))
        .file(file);

    assertThat(builder.build().find(CONCURRENCY)).contains(4);
    assertThat(builder.build().find(WORKER_NAME)).contains("environment");
    assertThat(builder.build().find(BROKER)).contains("memory:");
    assertThat(builder.build().find(MAX_PAYLOAD)).contains(TaskClient.DEFAULT_MAX_PAYLOAD);
    assertThat(builder.build().find(PREFETCH)).isEmpty();
  }

  @Test
  void file_laterOfTwo_goesFirst() throws IOException {
    Path first = file("errand.concurrency=2", "errand.prefetch=2");
    Path second = Files.writeString(folder.resolve("other"), "errand.concurrency = 3 \n");

    Configuration configuration =
        Configuration.builder().file(first).file(second).build();

    assertThat(configuration.find(CONCURRENCY)).contains(3);
    assertThat(configuration.find(PREFETCH)).contains(2);
  }

  @Test
  void client_withACodec_hasItsLimitToo() {
    Configuration configuration = Configuration.builder().set(MAX_PAYLOAD, 10).build();
    PayloadCodec codec = new PayloadCodec() {
      @Override
      public String contentType() {
        return "text/plain";
      }

      @Override
      public <P> byte[] write(P payload, Class<P> type) {
        return payload.toString().getBytes(UTF_8);
      }

      @Override
      public <P> P read(byte[] body, Class<P> type) {
        return type.cast(new String(body, UTF_8));
      }
    };
    try (Broker broker = Broker.open("memory:")) {
      configuration.client(broker, codec).enqueue(GREET, "just ten !");
      assertThat(broker.inspect("greetings", 1).join().head().get(0).body())
          .isEqualTo("just ten !".getBytes(UTF_8));
      assertThatExceptionOfType(PublishException.class)
          .isThrownBy(() -> configuration.client(broker, codec).enqueue(GREET, "longer than ten"));
    }
  }

  @Test
  void client_hasItsLimit() {
    Configuration configuration =
        Configuration.builder().set(BROKER, "memory:").set(MAX_PAYLOAD, 10).build();
    try (Broker broker = configuration.openBroker(ManualTime.create())) {
      assertThatExceptionOfType(PublishException.class)
          .isThrownBy(() -> configuration.client(broker).enqueue(GREET, "longer than ten"))
          .withMessageContaining("10");
    }
  }

  @Test
  void build_manyFaults_tellsThemAll() throws IOException {
    Path file = file(
        "errand.concurrency=0",
        "errand.concurency=8",
        "errand.grace-period=soon",
        "errand.window=70000",
        "mail.host=localhost");
    ConfigurationBuilder builder = Configuration.builder()
        .file(file)
        .file(folder.resolve("missing"))
        .environment(Map.of(
            "ERRAND_BROKER",
            "amqp://ann:planted-opensesame@host:99999",
            "ERRAND_PREFECH",
            "planted-opensesame",
            "ERRAND_Prefetch",
            "4",
            "ERRAND_STOP_ON_SHUTDOWN",
            "yes",
            "ERRAND_TEST_AMQP",
            "amqp://localhost",
            "PATH",
            "/bin"))
        .set(WORKER_NAME, " ")
        .set(Setting.text("colour"), "red");
    String source = "file " + file;

    List<Fault> faults = faults(builder);

    assertThat(faults)
        .extracting(Fault::toString)
        .containsExactlyInAnyOrder(
            "file " + folder.resolve("missing") + ": There is no such file. Correct its path.",
            "errand.concurrency=0 (" + source + "): It is refused. Give a number from 1 to 10000.",
            "errand.concurency (" + source + "): It is unknown. Did you mean errand.concurrency?",
            "errand.grace-period=soon (" + source
                + "): It is refused. Give a whole number and ms, s, m, h or d, from 0s to 365d.",
            "errand.window=70000 (" + source + "): It is refused. Give a number from 1 to 65536.",
            "ERRAND_PREFECH (environment): It is unknown. Did you mean ERRAND_PREFETCH?",
            "ERRAND_Prefetch (environment): It is unknown. Did you mean ERRAND_PREFETCH?",
            "ERRAND_STOP_ON_SHUTDOWN=yes (environment): It is refused. Give true or false.",
            "ERRAND_BROKER (environment): The port of the RabbitMQ address is refused. It is not"
                + " shown, as it may be a password with no '@' and host after it. Give a number from 1"
                + " to 65535, or leave it out for 5672.",
            "worker-name=  (code): It is refused. Give a text that is not blank.",
            "colour (code): It is unknown. Give one of broker, concurrency, connect-timeout,"
                + " consumer-timeout, declare, deploy-period, grace-period, heartbeat, killed-after, max-bytes,"
                + " max-messages, max-payload, name, prefetch, publish-timeout, silence, stop-on-shutdown,"
                + " trust, virtual-threads, window, worker-name.");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(builder::build)
        .withMessageStartingWith("The configuration has 11 faults:\n")
        .withMessageContaining("\n  " + faults.get(4) + "\n")
        .withMessageNotContaining("planted-opensesame");
  }

  @Test
  void build_oneFault_saysSo() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(Configuration.builder().set(CONCURRENCY, 10_001)::build)
        .withMessage("The configuration has a fault:\n"
            + "  concurrency=10001 (code): It is refused. Give a number from 1 to 10000.");
  }

  @Test
  void build_faultBehindWhatGoesBefore_isTold() {
    assertThat(faults(Configuration.builder()
            .set(CONCURRENCY, 4)
            .environment(Map.of("ERRAND_CONCURRENCY", "many"))))
        .containsExactly(new Fault(
            "ERRAND_CONCURRENCY",
            "environment",
            "many",
            "It is refused. Give a number from 1 to 10000."));
  }

  @Test
  void build_valueThatMayBeAnAddress_isNotShown() {
    Map<String, String> mixedUp =
        Map.of("ERRAND_CONCURRENCY", "amqp://ann:planted-opensesame@host");

    assertThat(faults(Configuration.builder().environment(mixedUp)))
        .extracting(Fault::value)
        .containsOnlyNulls();
  }

  @Test
  void build_addressWithoutABackend_isAFault() {
    assertThat(faults(Configuration.builder().set(BROKER, "kafka://u:planted-opensesame@host")))
        .singleElement()
        .satisfies(fault -> assertThat(fault.toString())
            .startsWith("broker (code): No backend serves an address that begins with 'kafka:'")
            .doesNotContain("planted-opensesame"));
    assertThat(faults(Configuration.builder().set(BROKER, " ")))
        .singleElement()
        .satisfies(fault ->
            assertThat(fault.problem()).startsWith("It is refused. Give the broker's address"));
  }

  @Test
  void build_parametersOfTheAddress_areAllTold() {
    assertThat(faults(Configuration.builder().set(BROKER, "amqp://host?window=0&colour=red")))
        .singleElement()
        .satisfies(fault ->
            assertThat(fault.problem()).contains("window=0 is refused", "'colour' is unknown"));
  }

  @Test
  void build_settingInTheAddressToo_isAFaultThatNamesBoth() throws IOException {
    ConfigurationBuilder builder = Configuration.builder()
        .set(BROKER, "memory:?publish-timeout=2s")
        .file(file("errand.publish-timeout=3s"));

    assertThat(faults(builder))
        .singleElement()
        .satisfies(fault -> assertThat(fault.toString())
            .startsWith("errand.publish-timeout (file ")
            .endsWith(
                "It is in the address too. Take it out of broker (code), or leave it out here."));
  }

  @Test
  void build_settingOfAnotherBackend_isCheckedAndUnused() {
    ConfigurationBuilder memory = Configuration.builder()
        .set(BROKER, "memory:?publish-timeout=2s")
        .environment(Map.of("ERRAND_HEARTBEAT", "30s"));
    try (Broker broker = memory.build().openBroker()) {
      broker.ready(Duration.ZERO);
    }

    assertThat(faults(memory.environment(Map.of("ERRAND_HEARTBEAT", "1s")))).hasSize(1);
  }

  @Test
  void openBroker_takesTheParametersThatAreGivenElsewhere() {
    ManualTime time = ManualTime.create();
    Configuration configuration = Configuration.builder()
        .set(BROKER, "memory:")
        .set(BrokerProvider.PUBLISH_TIMEOUT, Duration.ofSeconds(5))
        .set(RabbitBrokerProvider.WINDOW, 5)
        .build();

    assertThat(configuration.address()).contains("memory:?publish-timeout=5s");
    try (Broker broker = configuration.openBroker(time)) {
      assertThat(broker.time()).isSameAs(time);
    }
  }

  @Test
  void openBroker_onAThreadThatSeesNoBackend_opensTheOneThatWasFound() {
    Configuration configuration = Configuration.builder().set(BROKER, "memory:").build();
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try (Broker broker = configuration.openBroker()) {
      broker.ready(Duration.ZERO);
    } finally {
      thread.setContextClassLoader(usual);
    }
  }

  @Test
  void openBroker_withoutAnAddress_saysWhereToGiveIt() {
    Configuration configuration = Configuration.builder().environment(Map.of()).build();

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(configuration::openBroker)
        .withMessageContaining(
            "errand.broker (not given): It has no default. Give the broker's address")
        .withMessageContaining("ERRAND_BROKER");
  }

  @Test
  void file_thatIsNoText_isAFault() throws IOException {
    Path bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xC3, 0x28});
    Path escape =
        Files.writeString(folder.resolve("escape"), "errand.broker=\\uplanted-opensesame");

    assertThat(faults(Configuration.builder().file(bytes).file(escape)))
        .extracting(Fault::toString)
        .containsExactly(
            "file " + bytes
                + ": It cannot be read (MalformedInputException). Give a properties file in UTF-8.",
            "file " + escape
                + ": It cannot be read (IllegalArgumentException). Give a properties file in"
                + " UTF-8.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"errand.concurrency=3", "\uFEFFerrand.concurrency=3"})
  void file_withAByteOrderMark_isReadAsWithoutOne(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("marked"), text);

    assertThat(Configuration.builder().file(file).build().find(CONCURRENCY)).contains(3);
  }

  @Test
  void file_thatIsEmpty_givesNothing() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));

    assertThat(Configuration.builder().file(empty).build()).hasToString("Configuration[]");
  }

  @Test
  void toString_hasKeysAndSourcesAndNoValues() {
    Configuration configuration = Configuration.builder()
        .set(CONCURRENCY, 4)
        .environment(Map.of("ERRAND_BROKER", "amqp://ann:planted-opensesame@host"))
        .build();

    assertThat(configuration)
        .hasToString("Configuration[ERRAND_BROKER (environment), concurrency (code)]");
  }
}
