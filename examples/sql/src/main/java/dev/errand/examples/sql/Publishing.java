package dev.errand.examples.sql;

import dev.errand.broker.Binding;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Messages on their way in. */
final class Publishing {
  private final Session session;

  Publishing(Session session) {
    this.session = session;
  }

  // @start region="route"
  /**
   * Puts it into each queue that it goes to, or keeps it until it is due.
   *
   * @param now milliseconds since 1970
   * @return whether there is a place for it
   */
  boolean route(Publication publication, long now) throws SQLException {
    return publication.delayed()
        ? keep(publication, due(publication.delay(), now))
        : put(publication.message().unmarked(), targets(publication)) > 0;
  }

  private List<String> targets(Publication publication) throws SQLException {
    if (publication.route() instanceof Route.ToExchange to) {
      Map<String, Object> headers = publication.message().headers();
      return session
          .query(
              "select e.type, b.queue, b.match from errand_exchange e"
                  + " join errand_binding b on b.exchange = e.name where e.name = ?",
              row -> matches(row, to.key(), headers) ? row.getString("queue") : "",
              to.exchange())
          .stream()
          .filter(queue -> !queue.isEmpty())
          .toList();
    }
    return List.of(((Route.ToQueue) publication.route()).queue());
  }

  private static boolean matches(ResultSet row, String key, Map<String, Object> headers)
      throws SQLException {
    Binding.Match match = MessageCodec.decode(row.getBytes("match"));
    return new Binding("", "", match)
        .matches(Exchange.Type.valueOf(row.getString("type")), key, headers);
  }

  /** Puts it into those of the queues that are there, and returns how many are. */
  int put(Message message, List<String> queues) throws SQLException {
    session.tell("ready");
    return session.run(
        "insert into errand_message (queue, properties, body)"
            + " select name, ?, ? from errand_queue where name = any(?)",
        MessageCodec.encode(message),
        message.body(),
        queues.toArray(String[]::new));
  }
  // @end

  /** Keeps it for the queue or the exchange, provided that that is there. */
  private boolean keep(Publication publication, long due) throws SQLException {
    session.tell("delayed");
    Message message = publication.message().unmarked();
    byte[] properties = MessageCodec.encode(message);
    if (publication.route() instanceof Route.ToExchange to) {
      return session.run(
              "insert into errand_delayed (due, properties, body, target, exchange)"
                  + " select ?, ?, ?, ?, name from errand_exchange where name = ?",
              due,
              properties,
              message.body(),
              to.key(),
              to.exchange())
          > 0;
    }
    return session.run(
            "insert into errand_delayed (due, properties, body, target)"
                + " select ?, ?, ?, name from errand_queue where name = ?",
            due,
            properties,
            message.body(),
            ((Route.ToQueue) publication.route()).queue())
        > 0;
  }

  /** In the millisecond after, as some of this one has passed; and a part of one is a whole one. */
  private static long due(Duration delay, long now) {
    return now + delay.plusNanos(999_999).toMillis() + 1;
  }
}
