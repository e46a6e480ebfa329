package dev.errand.contract.rabbit.operators;

import static dev.errand.contract.rabbit.operators.ShopNode.NODE;
import static dev.errand.contract.rabbit.operators.ShopNode.address;
import static dev.errand.contract.rabbit.operators.ShopNode.definitions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.contract.rabbit.operators.Shop.Upload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The definitions file is what Errand declares, no more and no less. */
@Timeout(120)
class DefinitionsTest {
  private static final String WORKER = address("shop", "shop-worker", "shop-worker-password");
  private static final String SENDER = address("shop", "shop-sender", "shop-sender-password");

  private Commands commands;
  private Broker owner;

  @BeforeEach
  void open(@TempDir Path folder) throws Exception {
    commands = Commands.on(NODE, folder);
    ShopNode.emptyShop();
    ShopNode.users(commands);
    owner = Broker.open(address("shop"));
  }

  @AfterEach
  void close() {
    owner.close();
  }

  private static Set<Object> inTheFile() throws Exception {
    return Definitions.parse(
            Files.readString(Path.of("..", "docs", "rabbitmq", "definitions.json")))
        .of("shop");
  }

  @Test
  void imported_itIsFoundEqual_byWhoMayNotMakeIt() throws Exception {
    commands.run("import");
    commands.run("sender-that-delays");
    commands.run("worker");
    assertThat(definitions().of("shop")).isEqualTo(inTheFile());

    assertThat(Trial.ofWorker(WORKER, owner)).isEmpty();
    assertThat(Trial.ofDelayingSender(SENDER, owner)).isEmpty();

    assertThat(definitions().of("shop")).isEqualTo(inTheFile());
  }

  @Test
  void whatIsMadeWithoutIt_isTheSame() throws Exception {
    commands.run("makers");

    assertThat(Trial.ofWorker(WORKER, owner)).isEmpty();
    assertThat(Trial.ofDelayingSender(SENDER, owner)).isEmpty();

    assertThat(definitions().of("shop")).isEqualTo(inTheFile());
  }

  @Test
  void madeForAQueueOfOnesOwn_itIsWhatATaskOfThatQueueDeclares() throws Exception {
    commands.run("own-queue");
    Set<Object> imported = definitions().of("shop");
    assertThat(imported).isNotEqualTo(inTheFile()).hasSameSizeAs(inTheFile());

    Task<Upload> bill = Task.of("shop.bill", Upload.class).on("invoices");
    TaskClient.on(owner).enqueue(bill, new Upload("a"), EnqueueOptions.in(Duration.ofDays(1157)));

    assertThat(definitions().of("shop")).isEqualTo(imported);
  }
}
