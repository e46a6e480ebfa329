package dev.errand.examples.sql;

import static java.util.Comparator.comparingLong;

import dev.errand.broker.Message;
import dev.errand.broker.QueueReport;
import dev.errand.broker.TopologyException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Messages in queues, and in whose hands they are. */
final class Queues {
  private static final int GIVING_BACK = 1;
  private static final int MOST_RETURNS = 100;
  private static final String HELD = "m.number = ? and m.owner = ?";

  private final Session session;

  /** A message that was taken by a session, and is in its hands for as long as that lives. */
  record Taken(long number, int owner, String queue, Message message, int redeliveries) {}

  Queues(Session session) {
    this.session = session;
  }

  // @start region="take"
  /** Takes the first that wait, for each queue as many as there is room; in their order. */
  List<Taken> take(Map<String, Integer> room) throws SQLException {
    List<Taken> taken = session.query(
        "with picked as materialized (select first.number from unnest(?::text[], ?::int[])"
            + " as wanted (queue, room) cross join lateral (select number from errand_message"
            + " where queue = wanted.queue and owner is null"
            + " order by number limit wanted.room for update skip locked) first)"
            + " update errand_message m set owner = ? from picked"
            + " where m.number = picked.number returning m.*",
        Queues::taken,
        room.keySet().toArray(String[]::new),
        room.values().toArray(Integer[]::new),
        session.number());
    taken.sort(comparingLong(Taken::number));
    return taken;
  }
  // @end

  private static Taken taken(ResultSet row) throws SQLException {
    return new Taken(
        row.getLong("number"),
        row.getInt("owner"),
        row.getString("queue"),
        message(row),
        row.getInt("redeliveries"));
  }

  private static Message message(ResultSet row) throws SQLException {
    return MessageCodec.decode(
        row.getBytes("properties"), row.getBytes("body"), row.getString("reason"));
  }

  /**
   * Removes what is in hand; false where who took it has it no more, though it were in our hands
   * anew. So with the next three.
   */
  boolean remove(Taken taken) throws SQLException {
    String sql = "delete from errand_message m where " + HELD;
    return session.run(sql, taken.number(), taken.owner()) == 1;
  }

  boolean release(Taken taken) throws SQLException {
    session.tell("ready");
    String sql = "update errand_message m set owner = null where " + HELD;
    return session.run(sql, taken.number(), taken.owner()) == 1;
  }

  boolean reject(Taken taken) throws SQLException {
    return toOverflow("rejected", HELD, taken.number(), taken.owner()) == 1;
  }

  boolean holds(Taken taken) throws SQLException {
    String sql = "select count(*) from errand_message m where " + HELD;
    return session.number(sql, taken.number(), taken.owner()) == 1;
  }

  private int toOverflow(String reason, String which, Object... parameters) throws SQLException {
    session.tell("ready");
    List<Object> all = new ArrayList<>(List.of(reason));
    all.addAll(List.of(parameters));
    return session.run(
        "update errand_message m set queue = q.overflow, reason = ?, redeliveries = 0, owner = null"
            + " from errand_queue q where q.name = m.queue"
            + " and exists (select from errand_queue o where o.name = q.overflow) and " + which,
        all.toArray());
  }

  // @start region="lost"
  /** Gives back what sessions had in hand that have ended; counted. */
  void giveBackOfTheDead() throws SQLException {
    List<Integer> dead = session.query(
        "select owner from errand_message where owner is not null except " + Session.LIVING,
        row -> row.getInt(1));
    // One broker at a time, so that no two wait for each other.
    String alone = "select pg_try_advisory_xact_lock(?, ?)::int";
    if (!dead.isEmpty() && session.number(alone, Session.HOUSEKEEPING, GIVING_BACK) == 1) {
      giveBack("m.owner = any(?)", (Object) dead.toArray(Integer[]::new));
    }
  }

  /** Gives back what we have in hand of these; counted. */
  void giveBack(Collection<Long> numbers) throws SQLException {
    giveBack("m.number = any(?) and m.owner = ?", numbers.toArray(Long[]::new), session.number());
  }

  private void giveBack(String which, Object... parameters) throws SQLException {
    toOverflow("delivery-limit", "m.redeliveries >= " + MOST_RETURNS + " and " + which, parameters);
    session.run(
        "update errand_message m set owner = null, redeliveries = redeliveries + 1 where " + which,
        parameters);
  }
  // @end

  /** Counts a queue, and shows its first messages. */
  QueueReport inspect(String queue, int head) throws SQLException {
    if (session.number("select count(*) from errand_queue where name = ?", queue) == 0) {
      throw TopologyException.notFound(queue, null);
    }
    String messages = " from errand_message where queue = ? and owner is ";
    return new QueueReport(
        queue,
        session.number("select count(*)" + messages + "null", queue),
        OptionalLong.of(session.number("select count(*)" + messages + "not null", queue)),
        OptionalLong.empty(),
        session.query(
            "select *" + messages + "null order by number limit ?", Queues::message, queue, head));
  }
}
