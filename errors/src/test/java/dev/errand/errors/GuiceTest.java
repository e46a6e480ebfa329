package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Module;
import dev.errand.Task;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.broker.Exchange;
import dev.errand.config.Configuration;
import dev.errand.guice.ErrandModule;
import dev.errand.guice.TaskModule;
import java.util.Arrays;
import java.util.stream.Stream;

final class GuiceTest extends Chapter {
  private static final Task<Upload> RENDER =
      Task.of("uploads.render", Upload.class).on("uploads");
  private static final Task<Upload> NAMESAKE =
      Task.of("uploads.render", Upload.class).on("pages");
  private static final Task<Upload> INDEX =
      Task.of("uploads.index", Upload.class).on("index");
  private static final Task<Upload> UPLOADED =
      Task.of("uploads.uploaded", Upload.class).through(Exchange.topic("events"), "upload.md");

  GuiceTest() {
    super("Guice");
  }

  static class Renderer implements TaskHandler<Upload> {
    @Override
    public void handle(Upload upload, TaskContext job) {}
  }

  static final class Indexer extends Renderer {}

  static final class Listing extends TaskModule {
    @Override
    protected void configureTasks() {
      tasks(RENDER, INDEX);
    }
  }

  static final class Rendering extends TaskModule {
    @Override
    protected void configureTasks() {
      handle(RENDER).with(Renderer.class);
    }
  }

  static final class RenderingToo extends TaskModule {
    @Override
    protected void configureTasks() {
      handle(RENDER).with(Indexer.class);
    }
  }

  static final class Paging extends TaskModule {
    @Override
    protected void configureTasks() {
      handle(NAMESAKE).with(Renderer.class);
    }
  }

  static final class Unbound extends TaskModule {
    @Override
    protected void configureTasks() {
      handle(UPLOADED.from("index")).with(Indexer.class);
    }
  }

  @Override
  void failures() {
    refused(
        "A listed task has no handler",
        "Bind one in a TaskModule, by handle(task).with(Handler.class), or take the task off the list.",
        new Listing(),
        new Rendering());
    refused(
        "Two modules bind handlers for one task",
        "Take the others away.",
        new Rendering(),
        new RenderingToo());
    refused(
        "Tasks of two modules have one name",
        "Share one constant, or name the others otherwise.",
        new Rendering(),
        new Paging());
    refused(
        "A module handles what a worker refuses",
        "Say which routing keys, by boundBy(key, ...).",
        new Unbound());
    refused(
        "Several things are wrong in the modules",
        "Take the others away.",
        new Listing(),
        new Rendering(),
        new RenderingToo(),
        new Paging());
    refused(
        "An injector has two ErrandModules",
        "Install one, or hide each in a PrivateModule.",
        new ErrandModule(Configuration.builder().build()),
        new Rendering());
    thrown(
        "The application starts while the JVM ends",
        IllegalStateException.class,
        AT_ONCE,
        "Start it sooner.",
        witness -> {
          Exception refused = EndingJvm.refusalOf(EndingJvm.Late.ERRAND);
          witness.tries(() -> {
            throw refused;
          });
        });
  }

  private void refused(String when, String remedy, Module... modules) {
    thrown(when, CreationException.class, AT_ONCE, remedy, witness -> {
      Module errand = new ErrandModule(Configuration.builder().build());
      witness.tries(() -> Guice.createInjector(
          Stream.concat(Stream.of(errand), Arrays.stream(modules)).toList()));
    });
  }
}
