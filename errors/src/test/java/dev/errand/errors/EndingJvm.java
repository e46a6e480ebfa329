package dev.errand.errors;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.inject.Guice;
import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.config.Configuration;
import dev.errand.guice.Errand;
import dev.errand.guice.ErrandModule;
import dev.errand.guice.TaskModule;
import dev.errand.worker.Worker;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** What a start throws in a JVM that ends: another one than this, which writes it down. */
final class EndingJvm {
  private static final Task<Upload> RENDER =
      Task.of("uploads.render", Upload.class).on("uploads");

  private EndingJvm() {}

  /** What starts too late. */
  enum Late {
    ERRAND {
      @Override
      void start() {
        Configuration configuration = Configuration.builder()
            .set(Configuration.BROKER, "memory:")
            .set(Configuration.STOP_ON_SHUTDOWN, true)
            .build();
        Guice.createInjector(new ErrandModule(configuration), new TaskModule() {
              @Override
              protected void configureTasks() {
                handle(RENDER).with(GuiceTest.Renderer.class);
              }
            })
            .getInstance(Errand.class)
            .start();
      }
    },
    WORKER {
      @Override
      void start() {
        Broker broker = Broker.open("memory:");
        Worker.on(broker)
            .name("renderer")
            .handle(RENDER, (upload, job) -> {})
            .stopOnShutdown()
            .start();
      }
    };

    abstract void start();
  }

  static final class Program {
    private Program() {}

    /** The arguments are what starts, and the file for what it throws. */
    public static void main(String... arguments) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        try {
          Late.valueOf(arguments[0]).start();
        } catch (RuntimeException refused) {
          write(refused, Path.of(arguments[1]));
        }
      }));
    }

    private static void write(RuntimeException refused, Path file) {
      try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
        out.writeObject(refused);
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
    }
  }

  static Exception refusalOf(Late late) throws Exception {
    Path file = Files.createTempFile("refusal", null);
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            late.name(),
            file.toString())
        .inheritIO()
        .start();
    CompletableFuture<Process> ended = process.onExit();
    ended.get(30, SECONDS);
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
      return (Exception) in.readObject();
    } finally {
      Files.delete(file);
    }
  }
}
