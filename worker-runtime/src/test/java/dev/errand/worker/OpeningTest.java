package dev.errand.worker;

import static dev.errand.worker.Stage.GREET;
import static dev.errand.worker.Stage.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Queue;
import dev.errand.broker.Receiver;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.broker.inmemory.Faults;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpeningTest {
  private final Stage stage = new Stage();

  @AfterEach
  void close() {
    stage.close();
  }

  /** One that cannot be consumed at first. */
  private Broker failing(int times) {
    AtomicInteger left = new AtomicInteger(times);
    return Stage.answering(stage.broker, "subscribe", (real, args) -> {
      if (left.getAndDecrement() > 0) {
        throw new IllegalStateException("no room");
      }
      return real.subscribe((String) args[0], (Integer) args[1], (Receiver) args[2]);
    });
  }

  @Test
  void queue_whoseOpeningFails_isOpenedAgain_eachTimeLater() {
    Faults.of(stage.broker).stop();
    Worker worker = stage.start(Worker.on(failing(2))
        .name("test")
        .silence(WorkerBuilder.LONGEST_SILENCE)
        .listener(stage.events)
        .handle(GREET, (name, job) -> {}));
    Faults.of(stage.broker).start();

    WorkerEvent.Fault first = stage.events.await(WorkerEvent.Fault.class);
    assertThat(first.what())
        .isEqualTo("Queue 'greetings' is not consumed; that is tried again in 1 s.");
    assertThat(first.error()).hasMessage("no room");
    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.NOT_CONSUMING);

    stage.time.advance(Opening.FIRST_PAUSE);
    assertThat(stage.events.await(WorkerEvent.Fault.class, 2).what()).endsWith("in 2 s.");
    stage.time.advance(Opening.FIRST_PAUSE);
    assertThat(worker.health().ready()).isFalse();
    stage.time.advance(Opening.FIRST_PAUSE);

    stage.client.enqueue(GREET, "Ann");
    stage.events.await(WorkerEvent.Succeeded.class);
    assertThat(worker.health().ready()).isTrue();
  }

  /** One whose declarations are answered so, the first, the second and so on; then by its own. */
  private Broker declaring(List<UnaryOperator<CompletableFuture<Void>>> answers) {
    AtomicInteger next = new AtomicInteger();
    return Stage.answering(stage.broker, "declare", (real, args) -> {
      int n = next.getAndIncrement();
      CompletableFuture<Void> answer = real.declare((Topology[]) args[0]);
      return n < answers.size() ? answers.get(n).apply(answer) : answer;
    });
  }

  private Worker start(Broker broker) {
    return stage.start(Worker.on(broker)
        .name("test")
        .silence(WorkerBuilder.LONGEST_SILENCE)
        .listener(stage.events)
        .handle(GREET, (name, job) -> {}));
  }

  private static CompletableFuture<Void> throwing(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) thrown;
  }

  @Test
  void refusal_byAFutureThatDependsOnAnother_isARefusal() {
    stage.broker.declare(Queue.named(QUEUE)).join();
    Worker worker =
        start(declaring(List.of(answer -> answer.whenComplete((nothing, error) -> {}))));

    WorkerEvent.DeclarationFailed failed = stage.events.await(WorkerEvent.DeclarationFailed.class);
    assertThat(failed.error()).isInstanceOf(TopologyException.class);
    assertThat(failed.takesJobs()).isFalse();
    assertThat(worker.health().reasons())
        .extracting(Health.Reason::kind)
        .containsExactly(Health.Kind.REFUSED);
  }

  @Test
  void declarationThatEndsInAnError_isTriedAgain() {
    stage.broker.declare(Queue.named(QUEUE)).join();
    Worker worker =
        start(declaring(List.of(answer -> answer, answer -> throwing(new NoClassDefFoundError()))));
    stage.events.await(WorkerEvent.DeclarationFailed.class);
    stage.time.advance(Opening.FIRST_PAUSE);
    assertThat(stage.events.await(WorkerEvent.Fault.class).error())
        .isInstanceOf(NoClassDefFoundError.class);

    Faults.of(stage.broker).deleteQueue(QUEUE);
    stage.time.advance(Opening.FIRST_PAUSE.multipliedBy(4));

    stage.events.await(WorkerEvent.Consuming.class);
    assertThat(worker.health().ready()).isTrue();
  }

  @Test
  void brokerThatWasClosed_isKnownByItsException_whateverTheCauseOfThat() {
    stage.broker.declare(Queue.named(QUEUE)).join();
    UnavailableException closed =
        new UnavailableException("closed", new IllegalStateException("why"));
    Worker worker = start(declaring(List.of(answer -> answer, answer -> throwing(closed))));
    stage.events.await(WorkerEvent.DeclarationFailed.class);
    stage.time.advance(Opening.FIRST_PAUSE);

    stage.events.await(WorkerEvent.CutOff.class);
    assertThat(worker.health().live()).isFalse();
  }
}
