package dev.errand.examples.guice;

import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Module;
import dev.errand.Task;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.config.Configuration;
import dev.errand.guice.Errand;
import dev.errand.guice.ErrandModule;
import dev.errand.guice.TaskModule;

// @start region="main"
/** A whole worker: {@code ERRAND_BROKER} and other variables are its configuration. */
public final class GreetingWorker {
  record Greeting(String name) {}

  static final Task<Greeting> GREET = Task.of("letters.greet", Greeting.class).on("letters");

  /** What the handler needs. */
  interface Post {
    void send(String letter);
  }

  static final class Greet implements TaskHandler<Greeting> {
    private final Post post;

    @Inject
    Greet(Post post) {
      this.post = post;
    }

    @Override
    public void handle(Greeting greeting, TaskContext job) {
      post.send("Dear " + greeting.name());
    }
  }

  static final class LetterTasks extends TaskModule {
    @Override
    protected void configureTasks() {
      handle(GREET).with(Greet.class);
      bind(Post.class).toInstance(System.out::println);
    }
  }

  static Module[] modules(Configuration configuration) {
    return new Module[] {new ErrandModule(configuration), new LetterTasks()};
  }

  public static void main(String... args) throws InterruptedException {
    Configuration configuration = Configuration.builder()
        .environment()
        .set(Configuration.STOP_ON_SHUTDOWN, true) // Ctrl-C and SIGTERM let running jobs end
        .build();
    try (Errand errand = Guice.createInjector(modules(configuration)).getInstance(Errand.class)) {
      errand.start();
      errand.awaitStop();
    }
  }
}
// @end
