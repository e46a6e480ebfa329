package dev.errand.contract.rabbit.operators;

import static dev.errand.contract.rabbit.operators.ShopNode.NODE;
import static dev.errand.contract.rabbit.operators.ShopNode.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Route;
import dev.errand.contract.rabbit.operators.Shop.Upload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/rabbitmq.md says of policies: which change nothing, and what the others break. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class PoliciesTest {
  /** One policy for each queue below, as a server applies one at most to a queue. */
  private static final String UNSAFE = """
      {"policies": [
        {"vhost": "shop", "name": "a", "pattern": "^expires-early$", "apply-to": "queues", "priority": 9,
         "definition": {"message-ttl": 100, "dead-letter-exchange": "elsewhere"}},
        {"vhost": "shop", "name": "b", "pattern": "^forgets\\\\.dead$", "apply-to": "queues", "priority": 9,
         "definition": {"message-ttl": 100}},
        {"vhost": "shop", "name": "c", "pattern": "^short$", "apply-to": "queues", "priority": 9,
         "definition": {"max-length": 1}},
        {"vhost": "shop", "name": "d", "pattern": "^short\\\\.dead$", "apply-to": "queues", "priority": 9,
         "definition": {"max-length": 1}},
        {"vhost": "shop", "name": "e", "pattern": "^looked-at\\\\.dead$", "apply-to": "queues", "priority": 9,
         "definition": {"delivery-limit": 1}},
        {"vhost": "shop", "name": "f", "pattern": "^errand\\\\.delay\\\\.", "apply-to": "queues", "priority": 9,
         "definition": {"message-ttl": 100}},
        {"vhost": "shop", "name": "g", "pattern": "^drops$", "apply-to": "queues", "priority": 9,
         "definition": {"max-length": 1, "overflow": "drop-head"}}
      ]}
      """;

  private Commands commands;
  private Broker broker;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    commands = Commands.on(NODE, folder);
    ShopNode.emptyShop();
    NODE.give(Files.writeString(folder.resolve("unsafe.json"), UNSAFE));
    NODE.ctl("import_definitions", "unsafe.json");
    broker = Broker.open(address("shop"));
    broker.ready(Duration.ofSeconds(20));
  }

  @AfterAll
  void close() {
    broker.close();
  }

  private static Task<Upload> on(String queue) {
    return Task.of("shop.render", Upload.class).on(queue);
  }

  private void enqueue(String queue) {
    TaskClient.on(broker).enqueue(on(queue), new Upload("a"));
  }

  private QueueReport look(String queue, int head) {
    return broker.inspect(queue, head).join();
  }

  private QueueReport await(String queue, int ready) {
    return Awaiting.until(() -> look(queue, 1), report -> report.ready() == ready);
  }

  /** As a worker dead-letters, and the server's operators see it. */
  private void deadLetter(String queue, String id) {
    broker
        .publish(Publication.of(Message.of(id, new byte[0]).build(), Route.queue(queue + ".dead")))
        .join();
  }

  @Test
  void timeToLive_onATasksQueue_makesDeadLettersOfWaitingJobs_whereTheArgumentSays()
      throws Exception {
    enqueue("expires-early");

    Message dead = await("expires-early.dead", 1).head().get(0);
    assertThat(dead.headers()).containsEntry(Message.BROKER_REASON, "expired");
  }

  @Test
  void timeToLive_onDeadLetters_losesThem() throws Exception {
    enqueue("forgets");
    deadLetter("forgets", "a");

    assertThat(await("forgets.dead", 0).ready()).isZero();
  }

  @Test
  void lengthLimit_onATasksQueue_refusesAtTheEnqueue() {
    enqueue("short");
    assertThatThrownBy(() -> {
          for (int i = 0; i < 100; i++) {
            enqueue("short");
          }
        })
        .isInstanceOfSatisfying(
            PublishException.class,
            refused -> assertThat(refused.reason()).isEqualTo(PublishException.Reason.REJECTED));
  }

  @Test
  void overflow_onATasksQueue_winsOverItsArgument_andMakesDeadLettersOfTheOldest()
      throws Exception {
    enqueue("drops");
    enqueue("drops");

    Message dead = await("drops.dead", 1).head().get(0);
    assertThat(dead.headers()).containsEntry(Message.BROKER_REASON, "maxlen");
  }

  @Test
  void lengthLimit_onDeadLetters_losesTheOldest() throws Exception {
    broker
        .declare(Queue.named("short.dead"), Queue.named("short").overflow("short.dead"))
        .join();
    deadLetter("short", "older");
    deadLetter("short", "newer");

    assertThat(await("short.dead", 1).head().get(0).id()).isEqualTo("newer");
  }

  @Test
  void deliveryLimit_onDeadLetters_losesWhatIsLookedAt() throws Exception {
    enqueue("looked-at");
    deadLetter("looked-at", "a");

    assertThat(look("looked-at.dead", 1).head()).hasSize(1);
    assertThat(Awaiting.until(() -> look("looked-at.dead", 1), seen -> seen.ready() == 0))
        .isNotNull();
  }

  @Test
  void timeToLive_onDelayQueues_deliversEarly() throws Exception {
    TaskClient.on(broker)
        .enqueue(on("early"), new Upload("a"), EnqueueOptions.in(Duration.ofHours(2)));

    assertThat(await("early", 1).ready()).isEqualTo(1);
  }

  @Test
  void safePolicy_changesNothing() throws Exception {
    enqueue("as-ever");
    Set<Object> before = ShopNode.definitions().of("shop");

    commands.run("policy");
    enqueue("as-ever");

    assertThat(look("as-ever", 0).ready()).isEqualTo(2);
    assertThat(Awaiting.until(
            () -> NODE.ctl("list_queues", "-p", "shop", "name", "policy"),
            listed -> listed.contains("as-ever\tleaders")))
        .isNotEmpty();
    assertThat(ShopNode.definitions().of("shop")).isEqualTo(before);
  }
}
