package dev.errand.examples.dead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.codec.WireFormat;
import dev.errand.examples.Main;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Through the command line, as {@code ./demo dead} does. */
@Timeout(120)
class DeadCommandTest {
  private final String address = RabbitServer.shared().address();
  private final String queue = "dead-" + UUID.randomUUID();
  private final Broker broker = Broker.open(address);
  private final StringWriter output = new StringWriter();

  @BeforeEach
  void die() {
    broker
        .declare(Queue.named(queue + ".dead"), Queue.named(queue).overflow(queue + ".dead"))
        .join();
    die("a", "render", "java.net.ConnectException", "refused");
    die("b", "render", "java.net.ConnectException", "no route");
    die("c", "mail", "java.lang.IllegalStateException", "no such address");
  }

  private void die(String id, String task, String error, String said) {
    Message letter = Message.of(id, ("{\"file\":\"" + id + "\"}").getBytes(UTF_8))
        .type(task)
        .header(WireFormat.ATTEMPT, 8)
        .header(WireFormat.FAILURE_REASON, "attempt 8 of 8 failed")
        .header(WireFormat.FAILURE_TYPE, error)
        .header(WireFormat.FAILURE_MESSAGE, said)
        .header(WireFormat.FAILURE_STACK, error + ": " + said + "\n  at Renderer.render")
        .header(WireFormat.FAILURE_WORKER, "worker, process 7, host a")
        .build();
    broker.publish(Publication.of(letter, Route.queue(queue + ".dead"))).join();
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private int run(String... more) {
    output.getBuffer().setLength(0);
    CommandLine line = Main.commandLine(Map.of());
    PrintWriter out = new PrintWriter(output, true);
    line.setOut(out);
    line.setErr(out);
    return line.execute(
        Stream.concat(Stream.of("dead", address, queue), Stream.of(more)).toArray(String[]::new));
  }

  /** A server puts back what was looked at, or passed over, a moment after it has answered. */
  private void assertReady(String name, long expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(broker.inspect(name, 0).join().ready()).isEqualTo(expected));
  }

  @Test
  void list_showsWhatIsToBeKnown_andLeavesAll() {
    assertThat(run()).isZero();

    assertThat(output.toString())
        .contains("render a of '" + queue + "', attempt 8: attempt 8 of 8 failed:"
            + " java.net.ConnectException: refused\n"
            + "  payload: {\"file\":\"a\"}\n"
            + "  worker:  worker, process 7, host a\n")
        .contains("3 dead letters of queue '" + queue + "', 3 of the oldest 1000 as wanted\n")
        .doesNotContain("Renderer");
    assertThat(run("list", "--error", "no route", "--stack")).isZero();
    assertThat(output.toString())
        .contains("render b of", "  java.net.ConnectException: no route\n    at Renderer.render\n")
        .contains("1 of the oldest 1000 as wanted")
        .doesNotContain("render a of");
  }

  @Test
  void redrive_oneFirst_thenTheOthersOfItsKind() {
    assertThat(run("redrive", "--task", "render", "--most", "1", "--per-second", "1000"))
        .isZero();
    assertThat(output.toString())
        .isEqualTo("dead letters of queue '" + queue + "': 1 taken, 0 left, 0 refused\n");
    assertReady(queue, 1);

    assertThat(run("redrive", "--task", "render")).isZero();
    assertThat(output.toString())
        .isEqualTo("dead letters of queue '" + queue + "': 1 taken, 1 left, 0 refused\n");
    assertReady(queue, 2);
  }

  @Test
  void discard_byId_deletesThatOne() {
    assertThat(run("discard", "--id", "c")).isZero();

    assertThat(output.toString()).contains("1 taken, 2 left");
    assertReady(queue, 0);
    assertReady(queue + ".dead", 2);
  }

  @Test
  void discard_ofNothingInParticular_isRefused_unlessAllIsSaid() {
    assertThat(run("discard")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(output.toString())
        .contains("say which to discard, by --id, --task or --error, or say --all");
    assertThat(run("discard", "--all", "--id", "c")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("redrive", "--all", "--per-second", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertReady(queue + ".dead", 3);

    assertThat(run("discard", "--all")).isZero();
    assertReady(queue + ".dead", 0);
  }

  @Test
  void queue_thatIsNone_isNamedWithTheRemedy() {
    CommandLine line = Main.commandLine(Map.of());
    line.setErr(new PrintWriter(output, true));

    assertThat(line.execute("dead", address, queue + ".dead")).isEqualTo(1);

    assertThat(output.toString())
        .startsWith("demo: There are no dead letters of queue '" + queue + ".dead'")
        .contains("Name the queue that the jobs came from, '" + queue + "'.");
  }
}
