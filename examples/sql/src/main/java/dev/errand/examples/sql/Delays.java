package dev.errand.examples.sql;

import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.time.DurationText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Messages that wait until they are due. */
final class Delays {
  private static final int MOST_AT_A_TIME = 500;
  private static final Duration UNTIL_TRIED_AGAIN = Duration.ofSeconds(10);
  private static final System.Logger LOG = System.getLogger(Delays.class.getName());

  private final Session session;
  private final Publishing publishing;
  private boolean warned;

  private record Ripe(long number, Publication publication) {}

  Delays(Session session, Publishing publishing) {
    this.session = session;
    this.publishing = publishing;
  }

  // @start region="due"
  /**
   * Routes what is due, and parks what has no place any more.
   *
   * @return when the next is due, in milliseconds since 1970
   */
  long moveDue(long now) throws SQLException {
    try {
      for (Ripe each : ripe(now)) {
        place(each, now);
      }
    } catch (SQLException refused) {
      session.requireUse(refused);
      session.rollback();
      for (Ripe each : ripe(now)) {
        placeOrPark(each, now);
      }
    }
    return session.number("select coalesce(min(due), ?) from errand_delayed", Long.MAX_VALUE);
  }

  private List<Ripe> ripe(long now) throws SQLException {
    return session.query(
        "select * from errand_delayed where due <= ?"
            + " order by due, number limit ? for update skip locked",
        Delays::ripe,
        now,
        MOST_AT_A_TIME);
  }

  private void place(Ripe due, long now) throws SQLException {
    if (publishing.route(due.publication(), now)) {
      remove(due);
    } else {
      park(due, "unroutable");
    }
  }

  private void park(Ripe due, String reason) throws SQLException {
    if (publishing.put(due.publication().parked(reason), List.of(Queue.UNROUTABLE)) == 0) {
      throw new SQLException("There is no queue " + Queue.UNROUTABLE + " to park a message in");
    }
    remove(due);
  }

  /** One that is refused holds up no other, and neither does one that cannot even be parked. */
  private void placeOrPark(Ripe due, long now) throws SQLException {
    if (session.attempt(() -> place(due, now)) != null) {
      SQLException refused = session.attempt(() -> park(due, "rejected"));
      if (refused != null) {
        postpone(due, now + UNTIL_TRIED_AGAIN.toMillis());
        warn(due, refused);
      }
    }
  }
  // @end

  private void remove(Ripe due) throws SQLException {
    session.run("delete from errand_delayed where number = ?", due.number());
  }

  private void postpone(Ripe due, long until) throws SQLException {
    session.run("update errand_delayed set due = ? where number = ?", until, due.number());
  }

  private void warn(Ripe due, SQLException why) {
    if (!warned) {
      warned = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "Message " + due.publication().message().id() + " is due, and was neither routed nor"
              + " parked: " + why.getMessage() + ". It is kept, and tried again every "
              + DurationText.of(UNTIL_TRIED_AGAIN) + ", as are others without further word."
              + " Declare what it is for, or connect once with declare=make.");
    }
  }

  private static Ripe ripe(ResultSet row) throws SQLException {
    String exchange = row.getString("exchange");
    String target = row.getString("target");
    Route route = exchange == null ? Route.queue(target) : new Route.ToExchange(exchange, target);
    Message message = MessageCodec.decode(row.getBytes("properties"), row.getBytes("body"), null);
    return new Ripe(row.getLong("number"), Publication.of(message, route));
  }
}
