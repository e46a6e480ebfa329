package dev.errand.contract.rabbit.operators;

import static dev.errand.contract.rabbit.operators.ShopNode.NODE;
import static dev.errand.contract.rabbit.operators.ShopNode.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.TopologyException;
import dev.errand.contract.rabbit.operators.Rights.Lacking;
import dev.errand.contract.rabbit.operators.Shop.Upload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rights of docs/rabbitmq.md, granted as they stand there: enough, and none too many. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class RightsTest {
  private Path folder;
  private Commands commands;
  private Broker owner;
  private Set<String> names;

  @BeforeAll
  void importDefinitions(@TempDir Path temporary) throws Exception {
    folder = temporary;
    commands = Commands.on(NODE, folder);
    ShopNode.emptyShop();
    commands.run("import");
    ShopNode.users(commands);
    owner = Broker.open(address("shop"));
    names = ShopNode.definitions().names();
  }

  @AfterAll
  void close() {
    owner.close();
  }

  /** Someone's way to do what the page says he may; empty when nothing was refused. */
  private interface Doing {
    Optional<String> as(String address) throws InterruptedException;
  }

  private void suffices(String block, String user, Doing doing) throws Exception {
    commands.run(block);
    assertThat(doing.as(address("shop", user, user + "-password"))).isEmpty();
  }

  /** Makes a user for each right that the block grants, who has all of them but this one. */
  private void nothingIsTooMuch(String block, Doing doing) throws Exception {
    List<Lacking> lacking = Rights.grantedBy(Commands.block(block)).withoutOne(names);
    Path users = Files.writeString(folder.resolve(block + ".json"), users(block, lacking));
    NODE.give(users);
    NODE.ctl("import_definitions", users.getFileName().toString());

    List<String> done = new ArrayList<>();
    for (int i = 0; i < lacking.size(); i++) {
      Optional<String> refused = doing.as(address("shop", block + i, "weak"));
      if (!refused.filter(why -> why.contains("ACCESS_REFUSED")).isPresent()) {
        done.add("without " + lacking.get(i).what() + ": " + refused);
      }
    }
    assertThat(lacking).hasSizeGreaterThan(2);
    assertThat(done).isEmpty();
  }

  private static String users(String block, List<Lacking> lacking) {
    List<String> users = new ArrayList<>();
    List<String> permissions = new ArrayList<>();
    for (int i = 0; i < lacking.size(); i++) {
      Rights rights = lacking.get(i).rights();
      users.add("{\"name\": \"%s%d\", \"password\": \"weak\", \"tags\": \"\"}".formatted(block, i));
      permissions.add(
          "{\"user\": \"%s%d\", \"vhost\": \"shop\", \"configure\": \"%s\", \"write\": \"%s\", \"read\": \"%s\"}"
              .formatted(block, i, rights.configure(), rights.write(), rights.read())
              .replace("\\", "\\\\"));
    }
    return "{\"users\": [" + String.join(",", users) + "], \"permissions\": ["
        + String.join(",", permissions) + "]}";
  }

  @Test
  void sender_withItsRights_enqueues_andWithOneLess_isRefused() throws Exception {
    suffices("sender", "shop-sender", Trial::ofSender);
    nothingIsTooMuch("sender", Trial::ofSender);
  }

  @Test
  void sender_withItsRightsForDelays_delays_andWithOneLess_isRefused() throws Exception {
    suffices(
        "sender-that-delays", "shop-sender", address -> Trial.ofDelayingSender(address, owner));
    nothingIsTooMuch("sender-that-delays", address -> Trial.ofDelayingSender(address, owner));
  }

  @Test
  void worker_withItsRights_works_andWithOneLess_isRefused() throws Exception {
    suffices("worker", "shop-worker", address -> Trial.ofWorker(address, owner));
    nothingIsTooMuch("worker", address -> Trial.ofWorker(address, owner));
  }

  @Test
  void operator_withItsRights_looksAndSendsBack_andWithOneLess_isRefused() throws Exception {
    suffices("operator", "shop-operator", address -> Trial.ofOperator(address, owner));
    nothingIsTooMuch("operator", address -> Trial.ofOperator(address, owner));
  }

  @Test
  void sender_toAQueueOfAnother_isRefused() throws Exception {
    commands.run("sender");
    try (Broker broker = Broker.open(address("shop", "shop-sender", "shop-sender-password"))) {
      broker.ready(Duration.ofSeconds(20));
      Task<Upload> other = Task.of("shop.other", Upload.class).on("invoices");
      assertThatThrownBy(() -> TaskClient.on(broker).enqueue(other, new Upload("x")))
          .isInstanceOf(TopologyException.class)
          .hasMessageContainingAll("'invoices.dead'", "ACCESS_REFUSED", "shop-sender");
    }
  }

  @Test
  void sender_mayNotReadTheQueueItSendsTo() throws Exception {
    commands.run("sender-that-delays");
    try (Broker broker = Broker.open(address("shop", "shop-sender", "shop-sender-password"))) {
      broker.ready(Duration.ofSeconds(20));
      TaskClient.on(broker).enqueue(Shop.RENDER, new Upload("secret"));
      assertThatThrownBy(() -> broker.inspect("documents", 1).join())
          .hasMessageContaining("ACCESS_REFUSED");
    }
  }
}
