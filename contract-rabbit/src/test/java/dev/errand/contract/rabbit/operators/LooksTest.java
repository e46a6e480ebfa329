package dev.errand.contract.rabbit.operators;

import static dev.errand.contract.rabbit.operators.ShopNode.NODE;
import static dev.errand.contract.rabbit.operators.ShopNode.address;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.codec.WireFormat;
import dev.errand.contract.rabbit.operators.Shop.Upload;
import dev.errand.worker.Health;
import dev.errand.worker.Worker;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/rabbitmq.md that look, while a worker has a job in hand. */
@Timeout(120)
class LooksTest {
  @TempDir
  private Path folder;

  @Test
  void looks_whileAJobRuns_showQueueConsumerAndConnections() throws Exception {
    Commands commands = Commands.on(NODE, folder);
    ShopNode.emptyShop();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Broker broker = Broker.open(address("shop") + "?name=bakery");
    Worker worker = Worker.on(broker)
        .handle(Shop.RENDER, (upload, job) -> {
          begun.countDown();
          over.await();
        })
        .prefetch(5)
        .start();
    try (broker;
        worker) {
      broker.ready(Duration.ofSeconds(20));
      // Its lane's consumer may come later than its queue's.
      Awaiting.until(worker::health, Health::ready);
      TaskClient.on(broker).enqueue(Shop.RENDER, new Upload("a"));
      begun.await();

      List<String> printed = commands.run("look");

      assertThat(printed.get(0).lines()).contains("documents.dead\t0\t0\t0\t");
      assertThat(printed.get(1)).contains("x-delivery-limit\",100");
      assertThat(printed.get(2).lines())
          .contains("errand.overflow\tdocuments.dead\tqueue\tdocuments");
      // Two of a worker, with the channels that the page tells.
      assertThat(printed.get(3).lines().filter(line -> line.contains("bakery-")))
          .anyMatch(line -> line.contains("bakery-publish") && channels(line) == 2)
          .anyMatch(line -> line.contains("bakery-consume") && channels(line) == 2)
          .hasSize(2);
      assertThat(printed.get(4)).containsPattern("documents\t.*\ttrue\t5\t");
      assertThat(printed.get(4)).containsPattern("documents.returned\t.*\ttrue\t1\t");
      assertThat(printed.get(5)).contains("guest");
      over.countDown();
    }
  }

  private static int channels(String connection) {
    return Integer.parseInt(connection.split("\t")[2]);
  }

  @Test
  void upgradeChecks_run() throws Exception {
    List<String> printed = Commands.on(NODE, folder).run("upgrade");

    assertThat(printed.get(0).lines().filter(line -> line.startsWith("quorum_queue\t")))
        .allMatch("quorum_queue\tenabled"::equals);
  }

  @Test
  void headers_allStandOnThePage() throws Exception {
    String page = Commands.page();
    Map<String, Boolean> named = new TreeMap<>();
    for (Field field : WireFormat.class.getFields()) {
      if (field.get(null) instanceof String header
          && header.startsWith(WireFormat.PREFIX)
          && !header.equals(WireFormat.PREFIX)) {
        named.put(header, page.contains("`" + header + "`"));
      }
    }

    assertThat(named).hasSizeGreaterThan(10).doesNotContainValue(false);
  }
}
