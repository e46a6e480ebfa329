package dev.errand.examples.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EnqueueOptions;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Topology;
import dev.errand.examples.Main;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Through the command line, as {@code ./demo routing} does. */
@Timeout(120)
class RoutingDemoTest {
  @Test
  void demo_onBothBrokersAndAgain_differsInNothingButTimes() {
    String address = RabbitServer.shared().address();
    Said memory = demo("memory:");

    Said rabbit = demo(address);
    Said again = demo(address);

    assertThat(memory.exitCode()).as(memory.text()).isZero();
    assertThat(rabbit.lines()).isEqualTo(memory.lines());
    assertThat(again.lines()).isEqualTo(memory.lines());
  }

  @Test
  void demo_saysWhoGotWhatAndWhy() {
    assertThat(demo("memory:").text())
        .containsPattern("\n +9 +trailer.mp4 +video +video +- +video\n")
        .containsPattern("\n +11 +menu.png +- +all +all +all\n")
        .containsPattern(
            "\n +24 +letter.txt +text.small.en +- +text.#, \\*.\\*.en \\(2 runs\\) +-\n")
        .containsPattern(
            "\n +32 +poster.jpg +kind=image lang=de size=large +kind=image size=large +- +size=large\n")
        .containsPattern("\n +33 +sign.jpg +kind=image lang=en size=small +- +lang=en +-\n");
  }

  @Test
  void event_thatNoBindingMatches_isAnErrorAtTheSender() {
    assertThat(demo("memory:").text())
        .containsPattern("\n +7 +speech.mp3 +audio +nobody: an error at the sender\n")
        .contains("\n  event 7: PublishException, UNROUTABLE: No binding of exchange"
            + " 'routing.by-kind' matches key 'audio'.\n")
        .contains("34 events delivered, 6 refused at the sender");
  }

  @Test
  void retry_ofOneCopy_touchesNoOther() {
    assertThat(demo("memory:").text())
        .containsPattern("\n +14 +letter.txt +- +all +all \\(2 runs\\) +all\n")
        .containsPattern("\n +render +21 +21 +each copy ran once\n")
        .containsPattern("\n +index +25 +32 +7 copies failed once and ran again")
        .containsPattern("\n +audit +22 +22 +each copy ran once\n");
  }

  @Test
  void copies_thatAnAbortedRunLeft_changeNothing() throws Exception {
    Said clean = demo("memory:");
    try (Broker broker = standing("memory:aborted")) {
      TaskClient.on(broker)
          .enqueue(
              Routing.TO_ALL,
              Upload.TEN.get(0),
              EnqueueOptions.withId("event-1").header(RoutingDemo.RUN, "another"));

      assertThat(demo("memory:aborted").lines()).isEqualTo(clean.lines());
      assertThat(broker.inspect("routing.audit", 0).get(10, TimeUnit.SECONDS).ready())
          .isZero();
    }
  }

  @Test
  void copy_thatNoBindingOfOursLetIn_isNotAsExpected() throws Exception {
    try (Broker broker = standing("memory:bound")) {
      broker
          .declare(Desk.AUDIT.sources().get(0).boundBy("audio").topology().toArray(Topology[]::new))
          .get(10, TimeUnit.SECONDS);

      Said said = demo("memory:bound");

      assertThat(said.exitCode()).isEqualTo(1);
      assertThat(said.text())
          .containsPattern("\n +7 +speech.mp3 +audio +- +- +NO BINDING\n")
          .contains("not as expected: 2 copies came", "Delete the queues");
    }
  }

  @Test
  void address_thatNoBackendServes_isRefused() {
    Said said = demo("carrier-pigeon:loft");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.text()).startsWith("demo: ").contains("carrier-pigeon");
  }

  /** With the queues of the demo. */
  private static Broker standing(String address) throws Exception {
    Broker broker = Broker.open(address);
    for (Desk desk : Desk.ALL) {
      for (var source : desk.sources()) {
        broker.declare(source.topology().toArray(Topology[]::new)).get(10, TimeUnit.SECONDS);
      }
    }
    return broker;
  }

  private record Said(int exitCode, String text) {
    List<String> lines() {
      return text.lines()
          .map(line -> line.replaceAll("\\d+\\.\\d\\d s", "TIME"))
          .toList();
    }
  }

  private static Said demo(String address) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text, true);
    int exitCode =
        Main.commandLine(Map.of()).setOut(writer).setErr(writer).execute("routing", address);
    return new Said(exitCode, text.toString());
  }
}
