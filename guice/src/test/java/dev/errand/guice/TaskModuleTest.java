package dev.errand.guice;

import static dev.errand.guice.Shop.BILL;
import static dev.errand.guice.Shop.PACK;
import static dev.errand.guice.Shop.SOLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.spi.Message;
import dev.errand.Task;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.broker.Queue;
import dev.errand.guice.Shop.Biller;
import dev.errand.guice.Shop.Packer;
import dev.errand.guice.Shop.Packing;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What makes an injector fail, and what it says. */
class TaskModuleTest {
  /** What nobody binds. */
  interface Scales {
    void weigh(String order);
  }

  static final class Weigher implements TaskHandler<String> {
    private final Scales scales;

    @Inject
    Weigher(Scales scales) {
      this.scales = scales;
    }

    @Override
    public void handle(String order, TaskContext job) {
      scales.weigh(order);
    }
  }

  static final class Listing extends TaskModule {
    @Override
    protected void configureTasks() {
      tasks(PACK, BILL);
    }
  }

  static final class PackingToo extends TaskModule {
    @Override
    protected void configureTasks() {
      handle(PACK).with(Biller.class);
    }
  }

  static final class Patient extends TaskModule {
    @Override
    protected void configureTasks() {
      handle(PACK.retrying(RetryPolicy.exponential(Duration.ofMinutes(1)))).with(Packer.class);
    }
  }

  @Test
  void taskWithoutHandler_isNamedWithItsModule() {
    assertThat(messages(new Listing()))
        .satisfiesExactly(
            pack -> assertThat(pack)
                .contains(
                    "task 'shop.pack' to queue 'shop.packing'",
                    "TaskModuleTest$Listing (TaskModuleTest.java:",
                    "no handler",
                    "handle(task).with("),
            bill -> assertThat(bill).contains("task 'shop.bill'", "no handler"));
  }

  @Test
  void taskListedHere_mayHaveItsHandlerInAnotherModule() {
    assertThat(messages(new Listing(), new Packing()))
        .singleElement()
        .asString()
        .contains("task 'shop.bill'");
  }

  @Test
  void handlerThatIsNotSaid_isMissing() {
    TaskModule halfSaid = new TaskModule() {
      @Override
      protected void configureTasks() {
        handle(PACK);
        handle(SOLD.from("shop.audit").boundBy("order.#"));
      }
    };

    assertThat(messages(halfSaid))
        .satisfiesExactly(
            pack -> assertThat(pack).contains("task 'shop.pack'", "no handler"),
            sold -> assertThat(sold).contains("task 'shop.sold'", "no handler"));
  }

  @Test
  void twoHandlers_areNamedWithTheirModules() {
    assertThat(messages(new Packing(), new PackingToo()))
        .singleElement()
        .asString()
        .contains(
            "task 'shop.pack' from queue 'shop.packing' has 2 handlers",
            "Packer in Shop$Packing (Shop.java:",
            "Biller in TaskModuleTest$PackingToo (TaskModuleTest.java:");
  }

  @Test
  void twoTasksOfOneName_areNamedWithTheirModules() {
    assertThat(messages(new Packing(), new Patient(), new Listing(), module(BILL)))
        .singleElement()
        .asString()
        .contains(
            "2 tasks are called 'shop.pack'",
            "task 'shop.pack' to queue 'shop.packing' in Shop$Packing (Shop.java:",
            "in TaskModuleTest$Patient (TaskModuleTest.java:",
            "Share one constant");
  }

  @Test
  void sameTask_listedTwice_isOne() {
    Guice.createInjector(
        new ErrandModule(Shop.configuration()),
        new Listing(),
        new Listing(),
        new Packing(),
        module(BILL));
  }

  @Test
  void oneTask_fromTwoQueues_hasAHandlerForEach() {
    Guice.createInjector(new ErrandModule(Shop.configuration()), new TaskModule() {
      @Override
      protected void configureTasks() {
        handle(SOLD.from("shop.audit").boundBy("order.#")).with(Biller.class);
        handle(SOLD.from("shop.pick").boundBy("order.sold")).with(Packer.class);
      }
    });
  }

  @Test
  void taskThroughAnExchange_withoutASource_isRefusedWithTheRemedy() {
    assertThat(messages(module(SOLD)))
        .singleElement()
        .asString()
        .contains("task 'shop.sold'", "task.from(queue)", "(TaskModuleTest.java:");
  }

  @Test
  void sourceWithoutABinding_isRefusedWithTheRemedy() {
    TaskModule unbound = new TaskModule() {
      @Override
      protected void configureTasks() {
        handle(SOLD.from("shop.audit")).with(Biller.class);
      }
    };

    assertThat(messages(unbound))
        .singleElement()
        .asString()
        .contains("'shop.audit'", "boundBy", "(TaskModuleTest.java:");
  }

  @Test
  void allFaultsOfAllModules_areNamedAtOnce() {
    Task<String> elsewhere =
        Task.of("shop.weigh", String.class).on(Queue.named("shop.packing").priorities(3));
    List<String> messages = messages(
        new Packing(),
        new PackingToo(),
        new Patient(),
        new Listing(),
        module(SOLD),
        module(elsewhere));

    assertThat(messages)
        .satisfiesExactlyInAnyOrder(
            name -> assertThat(name).contains("2 tasks are called 'shop.pack'"),
            missing -> assertThat(missing).contains("task 'shop.bill'", "no handler"),
            twice -> assertThat(twice).contains("task 'shop.pack'", "2 handlers"),
            homeless -> assertThat(homeless).contains("task 'shop.sold'"),
            other -> assertThat(other).contains("Queue 'shop.packing' is declared in two ways"));
  }

  @Test
  void error_pointsToTheLineThatSaysIt() {
    CreationException refused = refused(new Packing(), new PackingToo());

    assertThat(refused)
        .hasMessageContaining("at TaskModuleTest$PackingToo.configureTasks(TaskModuleTest.java:");
  }

  @Test
  void handlerThatGuiceCannotBuild_isGuicesErrorAtTheLineThatBindsIt() {
    TaskModule weighing = new TaskModule() {
      @Override
      protected void configureTasks() {
        handle(PACK).with(Weigher.class);
      }
    };

    assertThat(refused(weighing))
        .hasMessageContaining("TaskModuleTest$Scales")
        .hasMessageContaining("configureTasks(TaskModuleTest.java:");
  }

  @Test
  void noTaskModule_isNoFault() {
    Guice.createInjector(new ErrandModule(Shop.configuration()));
  }

  private static TaskModule module(Task<String> task) {
    return new TaskModule() {
      @Override
      protected void configureTasks() {
        handle(task).with(Biller.class);
      }
    };
  }

  private static List<String> messages(TaskModule... modules) {
    Collection<Message> messages = refused(modules).getErrorMessages();
    return messages.stream().map(Message::getMessage).toList();
  }

  private static CreationException refused(TaskModule... modules) {
    List<Module> all = new ArrayList<>(List.of(modules));
    all.add(0, new ErrandModule(Shop.configuration()));
    return catchThrowableOfType(CreationException.class, () -> Guice.createInjector(all));
  }
}
