package dev.errand.examples.guice;

import static dev.errand.examples.guice.GreetingWorker.GREET;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Binder;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.util.Modules;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.config.Configuration;
import dev.errand.examples.guice.GreetingWorker.Greeting;
import dev.errand.examples.guice.GreetingWorker.Post;
import dev.errand.guice.Errand;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.ManualTime;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

// To read from a process cannot be interrupted.
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class GreetingWorkerTest {
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  @TempDir
  Path folder;

  // @start region="swap"
  private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();

  @Test
  void greeting_isSent_onABrokerSwappedByOneBinding() throws InterruptedException {
    Configuration configuration = Configuration.builder().build();
    try (Broker broker = Broker.open("memory:", ManualTime.create())) {
      Injector injector = Guice.createInjector(
          Modules.override(GreetingWorker.modules(configuration)).with((Binder test) -> {
            test.bind(Broker.class).toInstance(broker);
            test.bind(Post.class).toInstance(sent::add);
          }));
      try (Errand errand = injector.getInstance(Errand.class)) {
        errand.start();
        injector.getInstance(TaskClient.class).enqueue(GREET, new Greeting("Ann"));

        assertThat(sent.poll(20, SECONDS)).isEqualTo("Dear Ann");
      }
    }
  }
  // @end

  @Test
  void main_onRabbitMq_sendsGreetings_untilItIsTold() throws Exception {
    String address = RabbitServer.shared().address();
    ProcessBuilder worker = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            GreetingWorker.class.getName())
        .redirectError(folder.resolve("log").toFile());
    worker.environment().put("ERRAND_BROKER", address);
    Process process = worker.start();
    try (BufferedReader output = process.inputReader();
        Broker broker = Broker.open(address)) {
      TaskClient.on(broker).enqueue(GREET, new Greeting("Ann"));
      assertThat(output.readLine()).isEqualTo("Dear Ann");

      process.destroy();

      assertThat(process.waitFor(30, SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
    } finally {
      process.destroyForcibly();
    }
  }
}
