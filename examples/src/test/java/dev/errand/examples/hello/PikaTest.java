package dev.errand.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Java and Python greet each other, each test on a virtual host where nothing was declared. */
// To read from a process cannot be interrupted.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class PikaTest {
  private static RabbitNode server;

  private String address;

  @BeforeAll
  static void startServer() {
    server = RabbitServer.privateNode();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void addVirtualHost(TestInfo test) {
    String host = test.getTestMethod().orElseThrow().getName();
    server.ctl("add_vhost", host);
    server.ctl("set_permissions", "--vhost", host, "guest", ".*", ".*", ".*");
    address = server.address() + "/" + host;
  }

  @Test
  void pythonSender_isHeardByTheWorkerThatWaits() throws IOException, InterruptedException {
    try (Program receiver = Program.java(Receive.class, address)) {
      receiver.await("consumes 'hello'");

      send(Program.python("send.py", address, "Ann"));

      assertThat(receiver.await("hello,")).isEqualTo("hello, Ann (attempt 1)");
    }
  }

  @Test
  void pythonSender_isHeardByTheWorkerThatComesLater() throws IOException, InterruptedException {
    send(Program.python("send.py", address, "Ann"));

    try (Program receiver = Program.java(Receive.class, address)) {
      assertThat(receiver.await("hello,")).isEqualTo("hello, Ann (attempt 1)");
    }
  }

  @Test
  void javaSender_isHeardByThePythonThatWaits() throws IOException, InterruptedException {
    try (Program receiver = Program.python("receive.py", address)) {
      receiver.await("waiting");

      send(Program.java(Send.class, address, "Ann"));

      assertThat(receiver.await("hello,")).isEqualTo("hello, Ann (attempt 1)");
    }
  }

  @Test
  void javaSender_isHeardByThePythonThatComesLater() throws IOException, InterruptedException {
    send(Program.java(Send.class, address, "Ann"));

    try (Program receiver = Program.python("receive.py", address)) {
      assertThat(receiver.await("hello,")).isEqualTo("hello, Ann (attempt 1)");
    }
  }

  @Test
  void jobThatPythonCannotDo_isADeadLetterAndTheNextOneIsDone() throws Exception {
    Task<String> unknown = Task.of("hello.unknown", String.class).on("hello");
    CompletableFuture<Message> dead = new CompletableFuture<>();
    try (Broker broker = Broker.open(address);
        Program receiver = Program.python("receive.py", address)) {
      receiver.await("waiting");

      String id = TaskClient.on(broker).enqueue(unknown, "Ann").id();
      TaskClient.on(broker).enqueue(Greeting.GREET, new Greeting("Bob"));

      assertThat(receiver.await("gave up on")).contains(id, "hello.unknown");
      assertThat(receiver.await("hello,")).isEqualTo("hello, Bob (attempt 1)");
      broker.subscribe("hello.dead", 1, delivery -> dead.complete(delivery.message()));
      assertThat(dead.get())
          .returns(id, Message::id)
          .satisfies(message ->
              assertThat(message.headers()).containsEntry(Message.BROKER_REASON, "rejected"));
    }
  }

  private static void send(Program sender) throws IOException, InterruptedException {
    try (sender) {
      assertThat(sender.await("enqueued")).endsWith(": Ann");
      sender.end();
    }
  }
}
