package dev.errand.guice;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.errand.TaskClient;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import dev.errand.config.Configuration;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

// To read from a process cannot be interrupted.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class StopOnShutdownTest {
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  /** An application whose main thread does not close what it started. */
  static final class Program {
    private Program() {}

    public static void main(String... arguments) throws InterruptedException {
      Configuration configuration = Configuration.builder()
          .set(Configuration.BROKER, "memory:")
          .set(Configuration.STOP_ON_SHUTDOWN, true)
          .build();
      Injector injector = Guice.createInjector(new ErrandModule(configuration), new TaskModule() {
        @Override
        protected void configureTasks() {
          handle(Shop.PACK).with(Patient.class);
        }
      });
      Broker broker = injector.getInstance(Broker.class);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        Awaitility.await().until(() -> isClosed(broker));
        System.out.println("broker closed");
      }));
      injector.getInstance(Errand.class).start();
      injector.getInstance(TaskClient.class).enqueue(Shop.PACK, "a lamp");
      new CountDownLatch(1).await();
    }

    private static boolean isClosed(Broker broker) {
      try {
        broker.ready(Duration.ZERO);
        return false;
      } catch (UnavailableException closed) {
        return true;
      }
    }

    /** Works until the worker stops. */
    static final class Patient implements TaskHandler<String> {
      @Override
      public void handle(String order, TaskContext job) {
        System.out.println("packing");
        Awaitility.await().forever().until(job::cancelled);
        System.out.println("packed");
      }
    }
  }

  /** An application that would start its worker when it is told to end. */
  static final class Late {
    private Late() {}

    public static void main(String... arguments) {
      Configuration configuration = Configuration.builder()
          .set(Configuration.BROKER, "memory:")
          .set(Configuration.STOP_ON_SHUTDOWN, true)
          .build();
      Errand errand = Guice.createInjector(new ErrandModule(configuration), new Shop.Packing())
          .getInstance(Errand.class);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        try {
          errand.start();
        } catch (IllegalStateException refused) {
          System.out.println(refused.getMessage());
        }
      }));
    }
  }

  private @Nullable Process process;

  private Process start(Class<?> program) {
    try {
      Process started = new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              program.getName())
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      process = started;
      return started;
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void startWhileTheJvmEnds_isRefusedWithTheRemedy() throws Exception {
    try (BufferedReader output = start(Late.class).inputReader()) {
      assertThat(output.lines())
          .containsExactly(
              "Errand cannot be started while the JVM ends: it takes no jobs. Start it sooner.");
    }
  }

  @Test
  void jvmThatIsToldToEnd_letsTheJobEnd_andClosesTheBrokerAfterIt() throws Exception {
    Process started = start(Program.class);
    List<String> rest;
    try (BufferedReader output = started.inputReader()) {
      assertThat(output.readLine()).isEqualTo("packing");
      started.toHandle().destroy(); // the process's own would close what we read
      rest = output.lines().toList();
    }

    assertThat(rest).containsExactly("packed", "broker closed");
    assertThat(started.waitFor(30, SECONDS)).isTrue();
    assertThat(started.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
  }
}
