package dev.errand.testing.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RabbitNodeTest {
  private final RabbitNode node = RabbitServer.privateNode("consumer_timeout = 61000");

  @AfterAll
  void close() {
    node.close();
  }

  @Test
  void version_ofARunningNode_isTheServers() {
    assertThat(node.version()).matches("[34]\\.\\d+\\.\\d+.*");
    assertThat(node.ctl("version").strip()).isEqualTo(node.version());
  }

  @Test
  void configuration_givenAtStart_isTheNodes() {
    assertThat(node.ctl("eval", "application:get_env(rabbit, consumer_timeout)."))
        .contains("61000");
  }

  @Test
  void ctl_thatFails_throwsWithItsOutput() {
    assertThatThrownBy(() -> node.ctl("delete_queue", "absent"))
        .isInstanceOf(RabbitServerException.class)
        .hasMessageContainingAll("rabbitmqctl delete_queue absent", "exit code", "not found");
  }

  @Test
  void killAndStart_afterAConfirmedPublish_keepsPortAndMessage() throws Exception {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      channel.queueDeclare("kept", true, false, false, Map.of("x-queue-type", "quorum"));
      channel.confirmSelect();
      channel.basicPublish(
          "", "kept", MessageProperties.PERSISTENT_BASIC, "job".getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie(10_000);
    }
    node.kill();
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);

    node.start();

    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      GetResponse kept = channel.basicGet("kept", true);
      assertThat(kept.getBody()).asString(StandardCharsets.UTF_8).isEqualTo("job");
    }
  }

  private Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(node.address());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }
}
