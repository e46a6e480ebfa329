package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.broker.Declaring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RabbitAddressTest {
  @Test
  void parse_hostAlone_hasTheDefaults() {
    RabbitAddress address = RabbitAddress.parse("amqp://localhost");
    assertThat(address.endpoint()).isEqualTo(new RabbitAddress.Endpoint("localhost", 5672));
    assertThat(address.credentials()).isEqualTo(new RabbitAddress.Credentials("guest", "guest"));
    assertThat(address.vhost()).isEqualTo("/");
    assertThat(address.settings())
        .isEqualTo(new RabbitAddress.Settings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            1024,
            "errand",
            Declaring.MAKE,
            Duration.ofMinutes(30)));
  }

  @Test
  void parse_everything_isDecoded() {
    RabbitAddress address = RabbitAddress.parse(
        "amqp://an%40n:p%2Fw+d@[::1]:5699/shop%2Feu?publish-timeout=500ms&heartbeat=1m&window=16&name=till&consumer-timeout=2h");
    assertThat(address.credentials()).isEqualTo(new RabbitAddress.Credentials("an@n", "p/w+d"));
    assertThat(address.endpoint()).isEqualTo(new RabbitAddress.Endpoint("::1", 5699));
    assertThat(address.vhost()).isEqualTo("shop/eu");
    assertThat(address.settings().publishTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(address.settings().heartbeat()).isEqualTo(Duration.ofMinutes(1));
    assertThat(address.settings().window()).isEqualTo(16);
    assertThat(address.settings().name()).isEqualTo("till");
    assertThat(address.settings().consumerTimeout()).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void parse_severalHosts_keepTheirOrder_andEachHasItsPort() {
    RabbitAddress address = RabbitAddress.parse("amqp://ann:pw@one,[::1]:5699,three:5673/shop");

    assertThat(address.endpoints())
        .containsExactly(
            new RabbitAddress.Endpoint("one", 5672),
            new RabbitAddress.Endpoint("::1", 5699),
            new RabbitAddress.Endpoint("three", 5673));
    assertThat(address).hasToString("amqp://ann:***@one:5672,::1:5699,three:5673/shop");
    assertThat(address.alternatives())
        .extracting(RabbitAddress::toString)
        .containsExactly(
            "amqp://ann:***@one:5672/shop",
            "amqp://ann:***@::1:5699/shop",
            "amqp://ann:***@three:5673/shop");
  }

  @Test
  void parse_atSignInTheQuery_isNoEndOfAUser() {
    RabbitAddress address = RabbitAddress.parse("amqp://host/shop?name=me@box");
    assertThat(address.endpoint().host()).isEqualTo("host");
    assertThat(address.vhost()).isEqualTo("shop");
    assertThat(address.settings().name()).isEqualTo("me@box");
  }

  @ParameterizedTest(name = "{index}")
  @CsvSource(
      delimiter = '|',
      value = {
        "amqp:localhost | malformed",
        "amqp://u:planted-opensesame@/v | no host",
        "amqp://u:planted-opensesame@one,/v | a comma without one behind it",
        "amqp://u:planted-opensesame@one,,two | names no host",
        "amqp://u:planted-opensesame@one:5672,two:0 | 1 to 65535",
        "amqp://u:planted-opensesame,more | port of the RabbitMQ address is refused",
        "amqp://u:planted-opensesame@[::1]more | malformed",
        "amqp://u:planted-opensesame@host:port | port of the RabbitMQ address is refused",
        "amqp://u:planted-opensesame | port of the RabbitMQ address is refused",
        "amqp://u:planted-opensesame/v | port of the RabbitMQ address is refused",
        "amqp://u:planted-opensesame/v@host | malformed",
        "amqp://u:5672/planted-opensesame@host | malformed",
        "amqp://u:planted-opensesame@host:65536 | 1 to 65535",
        "amqp://:planted-opensesame@host | no user",
        "amqp://u:planted-opensesame%@host | password of the RabbitMQ address is not well percent-encoded",
        "amqp://u:planted-opensesame@host/ | Leave the slash out",
        "amqp://u:planted-opensesame@host/a/b | %2F",
        "amqp://u:planted-opensesame@host?colour=red | colour' is unknown. Give one of connect-timeout, consumer-timeout, declare, heartbeat",
        "amqp://u:5672?planted-opensesame@host | not shown",
        "amqp://u:5672?planted-opensesame=1@host | not shown",
        "amqp://u:planted-opensesame@host?window=%zz | window is not well percent-encoded",
        "amqp://u:planted-opensesame@host?window=0 | 1 to 65536",
        "amqp://u:planted-opensesame@host?window=1&window=2 | given twice",
        "amqp://u:planted-opensesame@host?publish-timeout=99ms | from 100ms to 10m",
        "amqp://u:planted-opensesame@host?publish-timeout=11m | publish-timeout=11m",
        "amqp://u:planted-opensesame@host?heartbeat=4s | from 5s to 10m",
        "amqp://u:planted-opensesame@host?connect-timeout=soon | connect-timeout=soon"
      })
  void parse_malformed_saysWhatWithoutThePassword(String address, String words) {
    assertThatThrownBy(() -> RabbitAddress.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("planted-opensesame");
  }

  @Test
  void parse_manyFaultyParameters_namesThemAll() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RabbitAddress.parse("amqp://host?window=0&name=&colour=red&heartbeat=9"))
        .withMessageStartingWith(
            "The RabbitMQ address's parameters are refused. Parameter window=0")
        .withMessageContainingAll("name= is refused", "'colour' is unknown", "heartbeat=9");
  }

  @Test
  void parse_amqps_isEncryptedOnItsOwnPort() {
    assertThat(RabbitAddress.parse("AMQPS://host").endpoint().port()).isEqualTo(5671);
    assertThat(RabbitAddress.parse("amqps://host").tls()).isPresent();
    assertThat(RabbitAddress.parse("amqp://host").tls()).isEmpty();
    assertThat(RabbitAddress.parse("amqps://ann:opensesame@host:5699/shop"))
        .hasToString("amqps://ann:***@host:5699/shop");
  }

  @Test
  void parse_trustThatIsNoFileOfCertificates_isRefusedWithItsPath(@TempDir Path folder)
      throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    Path text = Files.writeString(
        folder.resolve("text.pem"),
        "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----");
    assertTrustRefused(folder.resolve("missing.pem"), "is not there. Give a PEM file");
    assertTrustRefused(empty, "has no certificate. Give a PEM file");
    assertTrustRefused(text, "is no PEM file of certificates. Give a PEM file");
    assertTrustRefused(folder, "cannot be read (IOException). Give a PEM file");
  }

  private static void assertTrustRefused(Path file, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new RabbitBrokerProvider().check("amqps://u:opensesame@host?trust=" + file))
        .withMessage("Parameter trust is refused, file " + file + " " + words
            + " with the certificate of the authority that signed the server's.");
  }

  @Test
  void parse_trustWithoutTls_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RabbitAddress.parse("amqp://host?trust=ca.pem"))
        .withMessageContaining("Write amqps:// for TLS, or leave the parameter out");
  }

  @Test
  void toString_hidesThePassword() {
    assertThat(
            RabbitAddress.parse("amqp://ann:planted-opensesame@host:5699/shop").toString())
        .isEqualTo("amqp://ann:***@host:5699/shop");
  }
}
