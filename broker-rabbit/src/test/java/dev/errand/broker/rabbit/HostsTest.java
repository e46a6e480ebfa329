package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.broker.Broker;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.UnavailableException;
import dev.errand.broker.rabbit.fixture.RabbitLog;
import dev.errand.testing.rabbit.RabbitProxy;
import dev.errand.testing.rabbit.RabbitServer;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several hosts in one address: two ways to one server, of which either can be closed. */
@Timeout(60)
class HostsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final RabbitProxy one = RabbitProxy.before(RabbitServer.shared());
  private final RabbitProxy other = RabbitProxy.before(RabbitServer.shared());
  private final RabbitLog log = new RabbitLog();

  @AfterEach
  void close() {
    log.close();
    one.close();
    other.close();
  }

  private static String host(RabbitProxy proxy) {
    return "127.0.0.1:" + URI.create(proxy.address()).getPort();
  }

  private Broker open() {
    return Broker.open(one.address().replace(host(one), host(one) + "," + host(other)));
  }

  private static Publication to(Queue queue, String id) {
    return Publication.of(Message.of(id, new byte[0]).build(), Route.queue(queue.name()));
  }

  private boolean logged(String words) {
    return !log.messagesWith(words).isEmpty();
  }

  @Test
  void firstHostThatRefuses_isPassedOver_withoutAPauseOrAWarning() {
    one.refuse();
    try (Broker broker = open()) {
      broker.ready(LONG);

      // Ready, and only then told of.
      Awaitility.await().atMost(LONG).until(() -> logged("at " + host(other) + "."));
      assertThat(other.connections()).isEqualTo(1);
      assertThat(logged("errand-publish is connected to RabbitMQ")).isTrue();
      assertThat(logged("cannot connect")).isFalse();
    }
  }

  @Test
  void hostThatIsLost_isFollowedByTheNext_andThatByTheFirst() throws Exception {
    Queue queue = Queue.named("hosts");
    try (Broker broker = open()) {
      broker.ready(LONG);
      broker.declare(queue).get(20, TimeUnit.SECONDS);
      broker.publish(to(queue, "m1")).get(20, TimeUnit.SECONDS);
      assertThat(one.connections()).isEqualTo(1);

      one.refuse();
      Awaitility.await().atMost(LONG).until(() -> other.connections() == 1);
      broker.publish(to(queue, "m2")).get(20, TimeUnit.SECONDS);
      Awaitility.await()
          .atMost(LONG)
          .until(() -> logged("The connection to RabbitMQ at " + host(one) + " is lost"));

      one.accept();
      other.refuse();
      Awaitility.await().atMost(LONG).until(() -> one.connections() == 1);
      broker.publish(to(queue, "m3")).get(20, TimeUnit.SECONDS);
      assertThat(broker.inspect(queue.name(), 0).get(20, TimeUnit.SECONDS).ready())
          .isEqualTo(3);
    }
  }

  @Test
  void allHostsThatRefuse_areNamed_eachWithItsReason() {
    one.refuse();
    other.refuse();
    try (Broker broker = open()) {
      Awaitility.await().atMost(LONG).until(() -> logged("cannot connect"));

      assertThatExceptionOfType(UnavailableException.class)
          .isThrownBy(() -> broker.ready(Duration.ofMillis(100)))
          .withMessageContainingAll(
              "RabbitMQ at " + host(one) + " does not accept connections",
              "RabbitMQ at " + host(other) + " does not accept connections",
              "Start the server, or correct host and port in the address.");
      other.accept();
      broker.ready(LONG);
      assertThat(other.connections()).isEqualTo(1);
    }
  }
}
