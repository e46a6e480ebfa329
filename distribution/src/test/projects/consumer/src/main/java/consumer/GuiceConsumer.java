package consumer;

import static dev.errand.config.Configuration.BROKER;

import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.config.Configuration;
import dev.errand.guice.Errand;
import dev.errand.guice.ErrandModule;
import dev.errand.guice.TaskModule;

public final class GuiceConsumer {
  private static final Task<String> GREET = Task.of("greet", String.class).on("greetings");

  static final class Greet implements TaskHandler<String> {
    private final Errand errand;

    @Inject
    Greet(Errand errand) {
      this.errand = errand;
    }

    @Override
    public void handle(String guest, TaskContext job) {
      System.out.println("hello " + guest);
      errand.close();
    }
  }

  static final class Greetings extends TaskModule {
    @Override
    protected void configureTasks() {
      handle(GREET).with(Greet.class);
    }
  }

  public static void main(String... args) throws InterruptedException {
    Configuration configuration = Configuration.builder().set(BROKER, "memory:").build();
    Injector injector = Guice.createInjector(new ErrandModule(configuration), new Greetings());
    Errand errand = injector.getInstance(Errand.class);
    errand.start();
    injector.getInstance(TaskClient.class).enqueue(GREET, "Bob");
    errand.awaitStop();
  }
}
