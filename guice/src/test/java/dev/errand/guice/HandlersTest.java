package dev.errand.guice;

import static dev.errand.guice.Additions.hearing;
import static dev.errand.guice.Additions.using;
import static dev.errand.guice.Shop.BILL;
import static dev.errand.guice.Shop.PACK;
import static dev.errand.guice.Shop.SOLD;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.name.Names;
import dev.errand.TaskClient;
import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.guice.Shop.Biller;
import dev.errand.guice.Shop.Journal;
import dev.errand.guice.Shop.Packer;
import dev.errand.guice.Shop.Packing;
import dev.errand.time.ManualTime;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HandlersTest {
  /** Says which instance it is. */
  static final class Numbered implements TaskHandler<String> {
    private static final AtomicInteger MADE = new AtomicInteger();
    private final int number = MADE.incrementAndGet();
    private final Journal journal;

    @Inject
    Numbered(Journal journal) {
      this.journal = journal;
    }

    @Override
    public void handle(String order, TaskContext job) {
      journal.write(String.valueOf(number));
    }
  }

  @Test
  void handler_isBuiltForEachJob_withWhatItDependsOn() throws Exception {
    assertThat(instancesOfTwoJobs(new AbstractModule() {})).hasSize(2);
  }

  @Test
  void handlerWithAScope_isBuiltAsThatSays() throws Exception {
    assertThat(instancesOfTwoJobs(new AbstractModule() {
          @Override
          protected void configure() {
            bind(Numbered.class).in(Singleton.class);
          }
        }))
        .hasSize(1);
  }

  private static Set<String> instancesOfTwoJobs(Module more) throws Exception {
    Injector injector =
        Guice.createInjector(new ErrandModule(Shop.configuration()), more, new TaskModule() {
          @Override
          protected void configureTasks() {
            handle(PACK).with(Numbered.class);
          }
        });
    try (Errand errand = injector.getInstance(Errand.class)) {
      errand.start();
      injector.getInstance(TaskClient.class).enqueue(PACK, "a lamp");
      injector.getInstance(TaskClient.class).enqueue(PACK, "a chair");
      Journal journal = injector.getInstance(Journal.class);
      return new HashSet<>(List.of(journal.next(), journal.next()));
    }
  }

  @Test
  void handler_boundToAKey_mayBeALambdaOfAProvidesMethod() throws Exception {
    Injector injector =
        Guice.createInjector(new ErrandModule(Shop.configuration()), new TaskModule() {
          @Override
          protected void configureTasks() {
            handle(PACK).with(new Key<TaskHandler<Object>>() {});
          }

          @Provides
          TaskHandler<Object> anything(Journal journal) {
            return (order, job) -> journal.write("did " + order);
          }
        });

    try (Errand errand = injector.getInstance(Errand.class)) {
      errand.start();
      injector.getInstance(TaskClient.class).enqueue(PACK, "a lamp");
      assertThat(injector.getInstance(Journal.class).next()).isEqualTo("did a lamp");
    }
  }

  @Test
  void jobsThroughAnExchange_areRunByTheHandlerOfEachSource() throws Exception {
    Injector injector =
        Guice.createInjector(new ErrandModule(Shop.configuration()), new TaskModule() {
          @Override
          protected void configureTasks() {
            handle(SOLD.from("shop.pick").boundBy("order.sold")).with(Packer.class);
            handle(SOLD.from("shop.invoice").boundBy("order.#")).with(Biller.class);
          }
        });

    try (Errand errand = injector.getInstance(Errand.class)) {
      errand.start();
      injector.getInstance(TaskClient.class).enqueue(SOLD, "a lamp");
      Journal journal = injector.getInstance(Journal.class);
      assertThat(List.of(journal.next(), journal.next()))
          .containsExactlyInAnyOrder("packed a lamp", "billed a lamp");
    }
  }

  /** Cannot be built the first time. */
  static final class Late implements TaskHandler<String> {
    private static final AtomicInteger ASKED = new AtomicInteger();
    private final Journal journal;

    @Inject
    Late(Journal journal) {
      this.journal = journal;
      if (ASKED.incrementAndGet() == 1) {
        throw new IllegalStateException("The press is cold.");
      }
    }

    @Override
    public void handle(String order, TaskContext job) {
      journal.write("attempt " + job.attempt());
    }
  }

  @Test
  void handlerThatFailsToBeBuilt_isAFailedAttempt() throws Exception {
    ManualTime time = ManualTime.create();
    try (Broker broker = Broker.open("memory:", time)) {
      Events events = new Events();
      Injector injector = Guice.createInjector(
          new ErrandModule(Shop.configuration()), using(broker), hearing(events), new TaskModule() {
            @Override
            protected void configureTasks() {
              handle(BILL).with(Late.class);
            }
          });
      try (Errand errand = injector.getInstance(Errand.class)) {
        errand.start();
        injector.getInstance(TaskClient.class).enqueue(BILL, "a lamp");

        WorkerEvent.Retrying failed = events.await(WorkerEvent.Retrying.class);
        assertThat(failed.reason()).contains("The press is cold.");
        // The retry is told before the broker holds it; the worker looks after itself later.
        Duration due = Awaitility.await()
            .until(() -> time.untilNext().filter(HandlersTest::isTheRetry), Optional::isPresent)
            .orElseThrow();
        assertThat(due).isGreaterThanOrEqualTo(failed.delay());
        time.advance(due);
        assertThat(injector.getInstance(Journal.class).next()).isEqualTo("attempt 2");
      }
    }
  }

  private static boolean isTheRetry(Duration next) {
    return next.compareTo(Duration.ofSeconds(2)) < 0;
  }

  @Test
  void handlerOfAPrivateModule_isHandledWhereItIsExposed() throws Exception {
    Injector injector = Guice.createInjector(
        new ErrandModule(Shop.configuration()),
        new Packing(),
        new PrivateModule() {
          @Override
          protected void configure() {
            bind(String.class).toInstance("of the private module");
            bind(Signing.class);
            expose(Signing.class);
          }
        },
        new TaskModule() {
          @Override
          protected void configureTasks() {
            handle(BILL).with(Signing.class);
          }
        });

    try (Errand errand = injector.getInstance(Errand.class)) {
      errand.start();
      injector.getInstance(TaskClient.class).enqueue(BILL, "a lamp");
      assertThat(injector.getInstance(Journal.class).next()).isEqualTo("of the private module");
    }
  }

  /** Has what only a private module knows. */
  static final class Signing implements TaskHandler<String> {
    private final String name;
    private final Journal journal;

    @Inject
    Signing(String name, Journal journal) {
      this.name = name;
      this.journal = journal;
    }

    @Override
    public void handle(String order, TaskContext job) {
      journal.write(name);
    }
  }

  @Test
  void privateModules_hideAnErrandEach() throws Exception {
    Injector injector = Guice.createInjector(
        branch("north"), branch("south"), binder -> binder.bind(Journal.class));

    for (String name : List.of("north", "south")) {
      try (Errand errand = injector.getInstance(Key.get(Errand.class, Names.named(name)))) {
        errand.start();
        injector.getInstance(Key.get(TaskClient.class, Names.named(name))).enqueue(BILL, "a lamp");
        assertThat(injector.getInstance(Journal.class).next()).isEqualTo(name);
      }
    }
  }

  private static PrivateModule branch(String name) {
    return new PrivateModule() {
      @Override
      protected void configure() {
        bind(String.class).toInstance(name);
        install(new ErrandModule(Shop.configuration()));
        install(new TaskModule() {
          @Override
          protected void configureTasks() {
            handle(BILL).with(Signing.class);
          }
        });
        bind(Errand.class).annotatedWith(Names.named(name)).to(Errand.class);
        bind(TaskClient.class).annotatedWith(Names.named(name)).to(TaskClient.class);
        expose(Errand.class).annotatedWith(Names.named(name));
        expose(TaskClient.class).annotatedWith(Names.named(name));
      }
    };
  }
}
