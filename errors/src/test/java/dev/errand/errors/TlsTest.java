package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;
import static dev.errand.errors.Bound.after;

import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import dev.errand.testing.rabbit.Authority;
import dev.errand.testing.rabbit.PlantedPassword;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On a server whose certificate is for {@code localhost} alone. */
final class TlsTest extends Chapter {
  private static final Duration GIVEN = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Bound TIME_GIVEN = after("the time given to `ready`", GIVEN);

  @TempDir
  private static Path folder;

  private static Authority authority;
  private static RabbitNode node;

  TlsTest() {
    super("TLS");
  }

  @BeforeAll
  static void start() throws IOException {
    authority = Authority.in(Files.createDirectory(folder.resolve("ours")));
    node = RabbitServer.privateNode(authority.issue("localhost"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Override
  void failures() {
    refused(
        "The server's certificate is of an unknown authority",
        "Name a PEM file with its authority as trust=FILE in the address, or add that to the JVM's trust store.",
        witness -> ready(witness, address("amqps", "localhost", node.tlsPort()), LONG));
    refused(
        "The server's certificate is of another host",
        "Write the name that it is issued for into the address, or have it issued for this one.",
        witness -> ready(witness, trusting(address("amqps", "127.0.0.1", node.tlsPort())), LONG));
    refused(
        "The server's certificate has expired",
        "Renew it on the server, or correct the clock of this machine.",
        witness -> {
          try (RabbitNode expired = RabbitServer.privateNode(authority.issueExpired("localhost"))) {
            ready(witness, trusting(address("amqps", "localhost", expired.tlsPort())), LONG);
          }
        });
    thrown(
        "The server behind an amqps address has no TLS",
        UnavailableException.class,
        TIME_GIVEN,
        "Give the port on which it does, usually 5671, or write amqp:// for a server without TLS.",
        witness -> ConnectingTest.readyInVain(
            witness, trusting(address("amqps", "localhost", node.port())), GIVEN));
    thrown(
        "The server behind an amqp address wants TLS",
        UnavailableException.class,
        TIME_GIVEN,
        "Write amqps:// in the address where it listens for TLS, or correct host and port.",
        witness -> ConnectingTest.readyInVain(
            witness, address("amqp", "localhost", node.tlsPort()), GIVEN));
    thrown(
        "The file of authorities is missing",
        IllegalArgumentException.class,
        AT_ONCE,
        "Give a PEM file with the certificate of the authority that signed the server's.",
        witness -> witness.tries(
            () -> Broker.open(address("amqps", "localhost", 5671) + "?trust=/nowhere/ca.pem")
                .close()));
  }

  private void refused(String when, String remedy, Failure.Scene scene) {
    thrown(when, UnavailableException.class, AT_ONCE, remedy, scene);
  }

  private static String address(String scheme, String host, int port) {
    return scheme + "://shop:" + PlantedPassword.TEXT + "@" + host + ":" + port;
  }

  private static String trusting(String address) {
    return address + "?trust=" + authority.file();
  }

  private static void ready(Witness witness, String address, Duration atMost) {
    try (Broker broker = Broker.open(address)) {
      witness.tries(() -> broker.ready(atMost));
    }
  }
}
