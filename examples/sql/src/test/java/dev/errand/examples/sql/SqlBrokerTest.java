package dev.errand.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.tck.kit.Opening;
import dev.errand.broker.tck.kit.Patience;
import dev.errand.time.Time;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special about this backend, beside the contract. */
final class SqlBrokerTest {
  private static final Queue QUEUE = Queue.named("special");

  private final List<Delivery> came = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql:",
        "postgresql://user:opensesame@host",
        "postgresql://user:opensesame@host/",
        "postgresql://user:open sesame@host/shop",
        "postgresql://user:opensesame@host/shop?heartbeat=1ms"
      })
  void malformedAddress_isRefused_withoutItsPassword(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerProvider.serving(address).check(address))
        .withMessageContaining("PostgreSQL address")
        .withMessageNotContaining("sesame");
  }

  @Test
  void sessionThatEnds_losesItsMessagesToAnother_withinSeconds() {
    try (SqlFixture fixture = new SqlFixture();
        SqlFixture other = new SqlFixture();
        Broker dying = fixture.open(Opening.plain(Duration.ofSeconds(10)));
        Broker taking = other.open(Opening.plain(Duration.ofSeconds(10)))) {
      publish(dying, Message.of("m", new byte[0]).build());
      List<Delivery> held = new CopyOnWriteArrayList<>();
      dying.subscribe(QUEUE.name(), 1, held::add);
      await("it is held", () -> held.size() == 1);
      taking.subscribe(QUEUE.name(), 1, came::add);

      fixture.stop();

      await("another has it", () -> came.size() == 1);
      assertThat(came.get(0).redeliveries()).isEqualTo(1);
    }
  }

  @Test
  void sessionThatEnds_losesItsMessages_whileTheFirstSessionLives() {
    try (SqlFixture fixture = new SqlFixture();
        SqlFixture other = new SqlFixture()) {
      publish(fixture, Message.of("m", new byte[0]).build());
      PostgresServer.shared().ask("alter sequence errand_session restart");
      try (Broker first = other.open(Opening.plain(Duration.ofSeconds(10)))) {
        first.ready(Patience.LONGEST);
        try (Broker dying = fixture.open(Opening.plain(Duration.ofSeconds(10)));
            Broker taking = other.open(Opening.plain(Duration.ofSeconds(10)))) {
          List<Delivery> held = new CopyOnWriteArrayList<>();
          dying.subscribe(QUEUE.name(), 1, held::add);
          await("it is held", () -> held.size() == 1);
          taking.subscribe(QUEUE.name(), 1, came::add);

          fixture.stop();

          await("another has it", () -> came.size() == 1);
        }
      }
    }
  }

  @Test
  void messageThatIsDue_andCanNotEvenBeParked_isKept_andHoldsUpNoOther() {
    try (SqlFixture fixture = new SqlFixture()) {
      publish(fixture, Message.of("before", new byte[0]).build());
      PostgresServer.shared().ask("delete from errand_queue where name = ?", Queue.UNROUTABLE);
      try (Broker broker = fixture.open(Opening.checking(Duration.ofSeconds(10)))) {
        broker.ready(Patience.LONGEST);
        PostgresServer.shared().ask("insert into errand_queue (name) values ('short-lived')");
        broker
            .publish(
                Publication.of(Message.of("m", new byte[0]).build(), Route.queue("short-lived"))
                    .after(Duration.ofHours(1)))
            .join();
        fixture.deleteQueue("short-lived");
        PostgresServer.shared().ask("update errand_delayed set due = 0");
        PostgresServer.shared().ask("notify errand, 'delayed'");
        await("it is told", () -> !fixture.unexpectedLogLines().isEmpty());
        broker.subscribe(QUEUE.name(), 1, came::add);

        await("another arrives", () -> came.size() == 1);
        assertThat(fixture.unexpectedLogLines()).hasSize(1);
        assertThat(fixture.unexpectedLogLines().get(0))
            .contains("Message m is due", "errand.unroutable", "tried again every 10 s");
        assertThat(PostgresServer.shared().ask("select target from errand_delayed"))
            .containsExactly("short-lived");
      }
      // Makes the queue again, where it is parked later.
      fixture.open(Opening.plain(Duration.ofSeconds(10))).close();
    }
  }

  @Test
  void rowThatNobodyOfOursWrote_arrivesAsItsBodyAlone() {
    try (SqlFixture fixture = new SqlFixture();
        Broker broker = fixture.open(Opening.plain(Duration.ofSeconds(10)))) {
      publish(broker, Message.of("m", new byte[0]).type("first").build());
      PostgresServer.shared()
          .ask("insert into errand_message (queue, properties, body) values ('special', 'x', 'y')");
      broker.subscribe(QUEUE.name(), 10, came::add);

      await("both arrive", () -> came.size() == 2);
      Message foreign = came.get(1).message();
      assertThat(foreign.id()).isEmpty();
      assertThat(foreign.type()).isNull();
      assertThat(foreign.body()).isEqualTo(new byte[] {'y'});
    }
  }

  @Test
  void server_looksForSignsOfLife_byTheHeartbeat() throws SQLException {
    SqlAddress address = SqlAddress.parse(
        "postgresql://localhost:" + PostgresServer.shared().port() + "/postgres?heartbeat=6s",
        new SqlBrokerProvider().settings());
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select current_setting('tcp_keepalives_idle'),"
            + " current_setting('tcp_keepalives_interval'), current_setting('tcp_user_timeout')")) {
      row.next();
      assertThat(List.of(row.getString(1), row.getString(2), row.getString(3)))
          .containsExactly("6", "2", "12000");
      assertThat(connection.getNetworkTimeout()).isEqualTo(6_000);
    }
  }

  private static void publish(SqlFixture fixture, Message message) {
    try (Broker broker = fixture.open(Opening.plain(Duration.ofSeconds(10)))) {
      publish(broker, message);
    }
  }

  private static void publish(Broker broker, Message message) {
    broker.ready(Patience.LONGEST);
    broker.declare(QUEUE).join();
    broker.publish(Publication.of(message, Route.queue(QUEUE.name()))).join();
  }

  private void await(String what, BooleanSupplier condition) {
    new Patience(Time.system(), () -> "came: " + came).await(what, condition);
  }
}
