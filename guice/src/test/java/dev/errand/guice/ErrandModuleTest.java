package dev.errand.guice;

import static dev.errand.guice.Additions.hearing;
import static dev.errand.guice.Additions.using;
import static dev.errand.guice.Shop.PACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Singleton;
import com.google.inject.Stage;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.util.Modules;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import dev.errand.codec.PayloadCodec;
import dev.errand.config.Configuration;
import dev.errand.config.ConfigurationException;
import dev.errand.guice.Shop.Journal;
import dev.errand.guice.Shop.Packing;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ErrandModuleTest {
  /** What an application makes when it is put together. */
  @Singleton
  static final class Counter {
    private final TaskClient client;
    private final List<Object> others;

    @Inject
    Counter(TaskClient client, Broker broker, Errand errand, WorkerBuilder worker) {
      this.client = client;
      others = List.of(broker, errand, worker);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DEVELOPMENT", "PRODUCTION"})
  void injector_opensNothingAndStartsNothing_untilItIsUsed(Stage stage) {
    String address = "watched:" + UUID.randomUUID();
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    Injector injector = Guice.createInjector(
        stage, new ErrandModule(Shop.configuration(address)), new Packing(), new AbstractModule() {
          @Override
          protected void configure() {
            bind(Counter.class).asEagerSingleton();
          }
        });

    assertThat(WatchedProvider.opened(address)).isZero();
    Set<Thread> added = new HashSet<>(Thread.getAllStackTraces().keySet());
    added.removeAll(before);
    assertThat(added).extracting(Thread::getName).noneMatch(name -> name.startsWith("errand-"));

    injector.getInstance(Counter.class).client.enqueue(PACK, "a lamp");
    assertThat(WatchedProvider.opened(address)).isOne();
    assertThat(injector.getInstance(Counter.class).others).hasSize(3);
    injector.getInstance(Errand.class).close();
  }

  @Test
  void sender_needsNoTaskModuleAndNoStart() {
    Injector injector = Guice.createInjector(new ErrandModule(Shop.configuration()));

    injector.getInstance(TaskClient.class).enqueue(PACK, "a lamp");

    Broker broker = injector.getInstance(Broker.class);
    assertThat(broker.inspect("shop.packing", 0).join().ready()).isOne();
    injector.getInstance(Errand.class).close();
  }

  @Test
  void twoOfThem_areToldOnce_withTheLinesThatMadeThem() {
    assertThatThrownBy(() -> Guice.createInjector(
            new ErrandModule(Shop.configuration()), new ErrandModule(Shop.configuration())))
        .isInstanceOfSatisfying(CreationException.class, refused -> {
          assertThat(refused.getErrorMessages()).hasSize(1);
          assertThat(refused)
              .hasMessageContaining(
                  "An injector has 2 ErrandModules. They are made in" + " ErrandModuleTest.java:")
              .hasMessageContaining("Install one, or hide each in a PrivateModule.");
        });
  }

  @Test
  void start_withoutAnAddress_isRefusedAsTheConfigurationDoes() {
    Errand errand = Guice.createInjector(
            new ErrandModule(Configuration.builder().build()), new Packing())
        .getInstance(Errand.class);

    assertThatThrownBy(errand::start)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("errand.broker (not given)");
  }

  @Test
  void clientWorkerAndApplication_shareOneBroker() {
    String address = "watched:" + UUID.randomUUID();
    Injector injector =
        Guice.createInjector(new ErrandModule(Shop.configuration(address)), new Packing());

    try (Errand errand = injector.getInstance(Errand.class)) {
      injector.getInstance(Broker.class).ready(Duration.ofSeconds(10));
      injector.getInstance(TaskClient.class).enqueue(PACK, "a lamp");
      errand.start();
    }

    assertThat(WatchedProvider.opened(address)).isOne();
  }

  @Test
  void brokerOfTheApplication_isUsedAndLeftOpen() throws Exception {
    String address = "watched:" + UUID.randomUUID();
    try (Broker broker = Broker.open("memory:")) {
      Injector injector = Guice.createInjector(
          new ErrandModule(Shop.configuration(address)), using(broker), new Packing());
      try (Errand errand = injector.getInstance(Errand.class)) {
        errand.start();
        injector.getInstance(TaskClient.class).enqueue(PACK, "a lamp");
        assertThat(injector.getInstance(Journal.class).next()).isEqualTo("packed a lamp");
      }

      assertThat(injector.getInstance(Broker.class)).isSameAs(broker);
      assertThat(broker.inspect("shop.packing", 0).join().ready()).isZero();
      assertThat(WatchedProvider.opened(address)).isZero();
    }
  }

  @Test
  void broker_isSwappedByOneBindingThatOverrides() throws Exception {
    String address = "watched:" + UUID.randomUUID();
    try (Broker broker = Broker.open("memory:")) {
      Injector injector = Guice.createInjector(
          Modules.override(new ErrandModule(Shop.configuration(address)), new Packing())
              .with(binder -> binder.bind(Broker.class).toInstance(broker)));
      try (Errand errand = injector.getInstance(Errand.class)) {
        errand.start();
        injector.getInstance(TaskClient.class).enqueue(PACK, "a lamp");
        assertThat(injector.getInstance(Journal.class).next()).isEqualTo("packed a lamp");
      }
      assertThat(WatchedProvider.opened(address)).isZero();
      broker.ready(Duration.ZERO);
    }
  }

  @Test
  void brokerThatWasOpened_isClosedAfterTheWorker() {
    Events events = new Events();
    Injector injector = Guice.createInjector(
        new ErrandModule(Shop.configuration()), hearing(events), new Packing());
    Errand errand = injector.getInstance(Errand.class);
    errand.start();

    errand.close();

    assertThat(events.all(WorkerEvent.CutOff.class)).isEmpty();
    assertThat(events.all(WorkerEvent.Stopped.class)).hasSize(1);
    assertThatThrownBy(() -> injector.getInstance(Broker.class).ready(Duration.ZERO))
        .isInstanceOf(UnavailableException.class);
  }

  /** Adds a mark to the payload's text. */
  static final class Marking implements PayloadCodec {
    private final PayloadCodec json = PayloadCodec.json();
    private final Journal journal;

    @Inject
    Marking(Journal journal) {
      this.journal = journal;
    }

    @Override
    public String contentType() {
      return json.contentType();
    }

    @Override
    public <P> byte[] write(P payload, Class<P> type) {
      journal.write("written");
      return json.write(payload, type);
    }

    @Override
    public <P> P read(byte[] body, Class<P> type) {
      journal.write("read");
      return json.read(body, type);
    }
  }

  @Test
  void codecOfTheApplication_writesAndReads() throws Exception {
    Injector injector = Guice.createInjector(
        new ErrandModule(Shop.configuration()), new Packing(), new AbstractModule() {
          @Override
          protected void configure() {
            OptionalBinder.newOptionalBinder(binder(), PayloadCodec.class)
                .setBinding()
                .to(Marking.class);
          }
        });

    try (Errand errand = injector.getInstance(Errand.class)) {
      errand.start();
      injector.getInstance(TaskClient.class).enqueue(PACK, "a lamp");
      Journal journal = injector.getInstance(Journal.class);
      assertThat(journal.next()).isEqualTo("written");
      assertThat(journal.next()).isEqualTo("read");
      assertThat(journal.next()).isEqualTo("packed a lamp");
    }
  }

  @Test
  void listeners_hearEachEventInTheOrderOfTheirBindings() {
    List<String> heard = new CopyOnWriteArrayList<>();
    Injector injector = Guice.createInjector(
        new ErrandModule(Shop.configuration()),
        new Packing(),
        hearing(event -> heard.add("first " + event.getClass().getSimpleName())),
        hearing(event -> heard.add("second " + event.getClass().getSimpleName())));

    try (Errand errand = injector.getInstance(Errand.class)) {
      errand.start();
    }

    assertThat(heard)
        .startsWith("first Started", "second Started")
        .endsWith("first Stopped", "second Stopped");
  }

  @Test
  void workerBuilder_hasHandlersCodecAndListeners_andIsNewEachTime() throws Exception {
    Events events = new Events();
    Injector injector = Guice.createInjector(
        new ErrandModule(Shop.configuration()), hearing(events), new Packing());

    assertThat(injector.getInstance(WorkerBuilder.class))
        .isNotSameAs(injector.getInstance(WorkerBuilder.class));
    try (Worker other = injector.getInstance(WorkerBuilder.class).name("other").start()) {
      injector.getInstance(TaskClient.class).enqueue(PACK, "a lamp");

      assertThat(injector.getInstance(Journal.class).next()).isEqualTo("packed a lamp");
      assertThat(events.await(WorkerEvent.Succeeded.class).worker()).isEqualTo(other.name());
    }
    injector.getInstance(Errand.class).close();
  }
}
