package dev.errand.testing.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurroundingsTest {
  @Test
  void server_whereNoneIsFound_failsAndNamesTheThreeWaysAndWhatToInstall() {
    Surroundings bare = new Surroundings(null, "", () -> false, Optional.empty());

    assertThatThrownBy(bare::server)
        .isInstanceOf(RabbitServerException.class)
        .hasMessageContainingAll(
            "ERRAND_TEST_AMQP",
            "not set",
            "Docker",
            "rabbitmq-server",
            "apt-get install rabbitmq-server");
  }

  @Test
  void node_whereOnlyAnAddressIsGiven_failsAndSaysThatItNeedsItsOwn() {
    Surroundings given = new Surroundings("amqp://localhost", "", () -> false, Optional.empty());

    assertThatThrownBy(() -> given.node(Setup.of()))
        .isInstanceOf(RabbitServerException.class)
        .hasMessageContaining("set, but this test stops or configures its server");
  }

  @Test
  void server_whereTheAddressIsNotOne_failsWithoutShowingItsPassword() {
    for (String address : List.of(
        "amqps://u:" + PlantedPassword.TEXT + "@localhost",
        "localhost:5672",
        "amqp://u:" + PlantedPassword.TEXT + "@h st")) {
      assertThatThrownBy(
              () -> new Surroundings(address, "", () -> false, Optional.empty()).server())
          .isInstanceOf(RabbitServerException.class)
          .hasMessageContaining("ERRAND_TEST_AMQP")
          .hasMessageNotContaining(PlantedPassword.TEXT);
    }
  }

  @Test
  void server_whereNobodyAnswersAtTheAddress_failsAndSaysWhatToDo() {
    String address = "amqp://u:" + PlantedPassword.TEXT + "@127.0.0.1:" + Ports.free();

    assertThatThrownBy(() -> new Surroundings(address, "", () -> false, Optional.empty()).server())
        .isInstanceOf(RabbitServerException.class)
        .hasMessageContainingAll("No RabbitMQ answers", "unset the variable")
        .hasMessageNotContaining(PlantedPassword.TEXT);
  }

  @Test
  void server_givenByAddress_isUsedButNotAdministered() {
    RabbitServer running = RabbitServer.shared();
    RabbitServer given =
        new Surroundings(running.address(), "", () -> false, Optional.empty()).server();

    assertThat(given.address()).isEqualTo(running.address());
    assertThat(given.port()).isEqualTo(running.port());
    assertThat(given.version()).isEqualTo(running.version());
    assertThatThrownBy(() -> given.ctl("stop_app"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("privateNode()");
  }

  @Test
  void shared_askedTwice_isTheSameServer() {
    assertThat(RabbitServer.shared()).isSameAs(RabbitServer.shared());
  }

  @Test
  void installation_withoutBothScripts_isNotOne(@TempDir Path empty) {
    assertThat(Installation.find(List.of(empty))).isEmpty();
  }

  @Test
  void installation_namedWithoutBothScripts_isRefusedWithTheRemedy(@TempDir Path empty) {
    assertThatThrownBy(() -> Installation.in(empty.toString()))
        .isInstanceOf(RabbitServerException.class)
        .hasMessageContainingAll("ERRAND_TEST_RABBITMQ", empty.toString(), "Name the folder");
  }
}
