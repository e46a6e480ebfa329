package dev.errand.examples.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.errand.broker.Binding;
import dev.errand.broker.Declaring;
import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tables, and the queues, exchanges and bindings in them. */
final class Schema {
  private static final int MAKING_TABLES = 0;

  private final Session session;

  Schema(Session session) {
    this.session = session;
  }

  /** Makes the tables, or finds them made. */
  void prepare(Declaring declaring) throws SQLException {
    if (declaring == Declaring.MAKE) {
      make();
    } else if (!isThere()) {
      throw new SQLException("It has no table errand_message, and the address says declare=check");
    }
  }

  private boolean isThere() throws SQLException {
    return session.number("select count(to_regclass('errand_message'))") > 0;
  }

  private void make() throws SQLException {
    session.run("select pg_advisory_xact_lock(?, ?)", Session.HOUSEKEEPING, MAKING_TABLES);
    if (!isThere()) {
      try (InputStream schema = requireNonNull(Schema.class.getResourceAsStream("schema.sql"))) {
        session.run(new String(schema.readAllBytes(), UTF_8));
      } catch (IOException unreadable) {
        throw new SQLException("The tables cannot be made", unreadable);
      }
    }
    session.run(
        "insert into errand_queue (name) values (?) on conflict do nothing", Queue.UNROUTABLE);
    session.commit();
  }

  /** Makes sure that the part is there as wanted. */
  void declare(Topology part) throws SQLException {
    if (part instanceof Queue queue) {
      checkDeclarable(queue);
      session.run(
          "insert into errand_queue (name, overflow) values (?, ?) on conflict do nothing",
          queue.name(),
          queue.overflow());
    } else if (part instanceof Exchange exchange) {
      session.run(
          "insert into errand_exchange (name, type) values (?, ?) on conflict do nothing",
          exchange.name(),
          exchange.type().name());
    } else if (part instanceof Binding binding && !isThere(binding)) {
      require("exchange", binding.exchange());
      require("queue", binding.queue());
      session.run(
          "insert into errand_binding (exchange, queue, match) values (?, ?, ?)",
          binding.exchange(),
          binding.queue(),
          MessageCodec.encode(binding.match()));
    }
    check(part);
  }

  private void checkDeclarable(Queue queue) throws SQLException {
    if (queue.priorities() > 0) {
      throw TopologyException.tooManyPriorities(queue, 0);
    }
    if (queue.overflow() != null) {
      require("queue", queue.overflow());
    }
  }

  private void require(String kind, String name) throws SQLException {
    if (session.number("select count(*) from errand_" + kind + " where name = ?", name) == 0) {
      String part = kind + " '" + name + "'";
      throw TopologyException.missing(part, part);
    }
  }

  /** Refuses a part that is not there, or differs. */
  void check(Topology part) throws SQLException {
    if (part instanceof Queue queue) {
      check("queue", queue.name(), "overflow", requireNonNullElse(queue.overflow(), ""));
    } else if (part instanceof Exchange exchange) {
      check("exchange", exchange.name(), "type", exchange.type().name());
    } else if (part instanceof Binding binding && !isThere(binding)) {
      throw TopologyException.notMade(
          "binding of queue '" + binding.queue() + "' to exchange '" + binding.exchange() + "'",
          null);
    }
  }

  private void check(String kind, String name, String argument, String wanted) throws SQLException {
    String part = kind + " '" + name + "'";
    List<String> found = session.query(
        "select coalesce(" + argument + ", '') from errand_" + kind + " where name = ?",
        row -> row.getString(1),
        name);
    if (found.isEmpty()) {
      throw TopologyException.notMade(part, null);
    }
    if (!wanted.equals(found.get(0))) {
      throw TopologyException.different(part, argument, named(wanted), named(found.get(0)), null);
    }
  }

  private static String named(String value) {
    return value.isEmpty() ? "none" : value;
  }

  private boolean isThere(Binding binding) throws SQLException {
    return session.number(
            "select count(*) from errand_binding where exchange = ? and queue = ? and match = ?",
            binding.exchange(),
            binding.queue(),
            MessageCodec.encode(binding.match()))
        > 0;
  }

  /** Which of these queues are there. */
  Set<String> existing(Collection<String> queues) throws SQLException {
    return new HashSet<>(session.query(
        "select name from errand_queue where name = any(?)", row -> row.getString(1), (Object)
            queues.toArray(String[]::new)));
  }
}
