package dev.errand.examples.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import dev.errand.broker.Binding;
import dev.errand.broker.Declaring;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Route;
import dev.errand.broker.Topology;
import dev.errand.broker.TopologyException;
import dev.errand.time.DurationText;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One session with the database, and every statement there is. Nothing is committed but by
 * {@link #commit()}. For one thread, but for {@link #abort()}.
 */
final class Database implements AutoCloseable {
  /** First half of the keys of the sessions' advisory locks; the second is a session's number. */
  private static final int LOCKS = 0x65727264;

  /** As {@link #LOCKS}, of what one broker does at a time: make tables, give back. */
  private static final int HOUSEKEEPING = LOCKS + 1;

  private static final int TABLES = 0;
  private static final int GIVING_BACK = 1;

  private static final int MOST_RETURNS = 100;
  private static final int MOST_AT_A_TIME = 500;
  private static final Duration UNTIL_ENDED = Duration.ofSeconds(1);
  private static final Duration UNTIL_TRIED_AGAIN = Duration.ofSeconds(10);
  private static final System.Logger LOG = System.getLogger(Database.class.getName());

  /** The locks of sessions that live, in this database: the view shows those of the others too. */
  private static final String SESSIONS = " from pg_locks"
      + " where locktype = 'advisory' and classid::bigint = " + LOCKS
      + " and database = (select oid from pg_database where datname = current_database())";

  private static final String LIVING = "select objid::bigint::int" + SESSIONS;

  private static final String HELD = "m.number = ? and m.owner = ?";

  private final Connection connection;
  private int session;
  private boolean ready;
  private boolean delayed;
  private boolean warned;

  /** A message that was taken by a session, and is in its hands for as long as that lives. */
  record Taken(long number, int owner, String queue, Message message, int redeliveries) {}

  private record Ripe(long due, long number, Publication publication) {}

  private interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  private Database(Connection connection) {
    this.connection = connection;
  }

  /**
   * Begins a session, and ends a former one of ours that the server has not missed yet.
   *
   * @param former its number; 0 for none
   */
  static Database connect(SqlAddress address, int former) throws SQLException {
    Database database = new Database(address.connect());
    try {
      database.begin(address.declaring(), former);
      return database;
    } catch (SQLException | RuntimeException failed) {
      database.close();
      throw failed;
    }
  }

  private void begin(Declaring declaring, int former) throws SQLException {
    if (declaring == Declaring.MAKE) {
      makeTables();
    } else if (!hasTables()) {
      throw new SQLException("It has no table errand_message, and the address says declare=check");
    }
    // @start region="session"
    session = number("select nextval('errand_session')").intValue();
    run("select pg_advisory_lock(?, ?)", LOCKS, session);
    if (former != 0) {
      run(
          "select pg_terminate_backend(pid, ?)" + SESSIONS + " and objid::bigint = ?",
          UNTIL_ENDED.toMillis(),
          former);
    }
    // @end
    commit();
  }

  private boolean hasTables() throws SQLException {
    return number("select count(to_regclass('errand_message'))") > 0;
  }

  private void makeTables() throws SQLException {
    run("select pg_advisory_xact_lock(?, ?)", HOUSEKEEPING, TABLES);
    if (!hasTables()) {
      try (InputStream schema = requireNonNull(Database.class.getResourceAsStream("schema.sql"));
          Statement statement = connection.createStatement()) {
        statement.execute(new String(schema.readAllBytes(), UTF_8));
      } catch (IOException unreadable) {
        throw new SQLException("The tables cannot be made", unreadable);
      }
    }
    run(
        "insert into errand_queue (name) values (?) on conflict (name) do nothing",
        Queue.UNROUTABLE);
    commit();
  }

  int session() {
    return session;
  }

  String version() throws SQLException {
    return connection.getMetaData().getDatabaseProductVersion().split(" ", 2)[0];
  }

  /** Throws it again where the connection is of no use any more, and not only what was asked. */
  void requireUse(SQLException failed) throws SQLException {
    String state = Objects.requireNonNullElse(failed.getSQLState(), "");
    if (state.startsWith("08") || state.startsWith("57P") || connection.isClosed()) {
      throw failed;
    }
  }

  /** Whether the same may well succeed at once: others were in the way. */
  static boolean isConflict(Exception failed) {
    return failed instanceof SQLException sql
        && Objects.requireNonNullElse(sql.getSQLState(), "").startsWith("40");
  }

  /** What others wait for is told with the commit. */
  void commit() throws SQLException {
    if (ready || delayed) {
      run("select pg_notify('errand', ?)", delayed ? "delayed" : "ready");
    }
    connection.commit();
    ready = false;
    delayed = false;
  }

  void rollback() throws SQLException {
    connection.rollback();
    ready = false;
    delayed = false;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Ends it from any thread; who waits for an answer fails. */
  void abort() throws SQLException {
    connection.abort(Runnable::run);
  }

  // Topology.

  /** Makes sure that the part is there as wanted. */
  void declare(Topology part) throws SQLException {
    if (part instanceof Queue queue) {
      checkDeclarable(queue);
      run(
          "insert into errand_queue (name, overflow) values (?, ?) on conflict (name) do nothing",
          queue.name(),
          queue.overflow());
    } else if (part instanceof Exchange exchange) {
      run(
          "insert into errand_exchange (name, type) values (?, ?) on conflict (name) do nothing",
          exchange.name(),
          exchange.type().name());
    } else if (part instanceof Binding binding) {
      String exchange = "exchange '" + binding.exchange() + "'";
      String queue = "queue '" + binding.queue() + "'";
      if (!isThere("errand_exchange", binding.exchange())) {
        throw TopologyException.missing(exchange, exchange);
      }
      if (!isThere("errand_queue", binding.queue())) {
        throw TopologyException.missing(queue, queue);
      }
      if (!isThere(binding)) {
        run(
            "insert into errand_binding (exchange, queue, match) values (?, ?, ?)",
            binding.exchange(),
            binding.queue(),
            MessageCodec.encode(binding.match()));
      }
    }
    check(part);
  }

  private void checkDeclarable(Queue queue) throws SQLException {
    if (queue.priorities() > 0) {
      throw TopologyException.tooManyPriorities(queue, 0);
    }
    if (queue.overflow() != null && !isThere("errand_queue", queue.overflow())) {
      String overflow = "queue '" + queue.overflow() + "'";
      throw TopologyException.missing(overflow, overflow);
    }
  }

  /** Refuses a part that is not there, or differs. */
  void check(Topology part) throws SQLException {
    if (part instanceof Queue queue) {
      List<String> found = query(
          "select coalesce(overflow, '') from errand_queue where name = ?",
          row -> row.getString(1),
          queue.name());
      String wanted = Objects.requireNonNullElse(queue.overflow(), "");
      checkSame("queue '" + queue.name() + "'", "overflow", wanted, found);
    } else if (part instanceof Exchange exchange) {
      List<String> found = query(
          "select type from errand_exchange where name = ?",
          row -> row.getString(1),
          exchange.name());
      checkSame("exchange '" + exchange.name() + "'", "type", exchange.type().name(), found);
    } else if (part instanceof Binding binding && !isThere(binding)) {
      throw TopologyException.notMade(
          "binding of queue '" + binding.queue() + "' to exchange '" + binding.exchange() + "'",
          null);
    }
  }

  private static void checkSame(String part, String argument, String wanted, List<String> found) {
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

  private boolean isThere(String table, String name) throws SQLException {
    return number("select count(*) from " + table + " where name = ?", name) > 0;
  }

  private boolean isThere(Binding binding) throws SQLException {
    return number(
            "select count(*) from errand_binding where exchange = ? and queue = ? and match = ?",
            binding.exchange(),
            binding.queue(),
            MessageCodec.encode(binding.match()))
        > 0;
  }

  /** Which of these queues are there. */
  Set<String> existing(Collection<String> queues) throws SQLException {
    return new HashSet<>(
        query("select name from errand_queue where name = any(?)", row -> row.getString(1), (Object)
            queues.toArray(String[]::new)));
  }

  // Messages on their way in.

  // @start region="route"
  /**
   * Puts it into each queue that it goes to, or keeps it until it is due.
   *
   * @param now milliseconds since 1970
   * @return whether there is a place for it
   */
  boolean route(Publication publication, long now) throws SQLException {
    return publication.delayed()
        ? delay(publication, now)
        : put(publication.message().unmarked(), targets(publication)) > 0;
  }

  private List<String> targets(Publication publication) throws SQLException {
    if (publication.route() instanceof Route.ToExchange to) {
      Map<String, Object> headers = publication.message().headers();
      return query(
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

  private int put(Message message, List<String> queues) throws SQLException {
    ready = true;
    return run(
        "insert into errand_message (queue, properties, body)"
            + " select name, ?, ? from errand_queue where name = any(?)",
        MessageCodec.encode(message),
        message.body(),
        queues.toArray(String[]::new));
  }
  // @end

  private boolean delay(Publication publication, long now) throws SQLException {
    long due = due(publication.delay(), now);
    return publication.route() instanceof Route.ToExchange to
        ? keep(publication, due, " from errand_exchange where name = ?", to.exchange())
        : keep(
            publication,
            due,
            " from errand_queue where name = ?",
            ((Route.ToQueue) publication.route()).queue());
  }

  /** Keeps it until then, provided that there is what the end of the statement asks for. */
  private boolean keep(Publication publication, long due, String end, Object... parameters)
      throws SQLException {
    delayed = true;
    List<@Nullable Object> all = new ArrayList<>();
    all.add(due);
    if (publication.route() instanceof Route.ToExchange to) {
      all.add(to.exchange());
      all.add(to.key());
    } else {
      all.add(null);
      all.add(((Route.ToQueue) publication.route()).queue());
    }
    all.add(MessageCodec.encode(publication.message().unmarked()));
    all.add(publication.message().body());
    all.addAll(List.of(parameters));
    String sql =
        "insert into errand_delayed (due, exchange, target, properties, body) select ?, ?, ?, ?, ?";
    return run(sql + end, all.toArray()) > 0;
  }

  /** In the millisecond after, as some of this one has passed; and a part of one is a whole one. */
  private static long due(Duration delay, long now) {
    return now + delay.plusNanos(999_999).toMillis() + 1;
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
      requireUse(refused);
      rollback();
      for (Ripe each : ripe(now)) {
        placeOrPark(each, now);
      }
    }
    return number("select coalesce(min(due), ?) from errand_delayed", Long.MAX_VALUE);
  }

  private List<Ripe> ripe(long now) throws SQLException {
    List<Ripe> due = query(
        "with ripe as materialized (select number from errand_delayed where due <= ?"
            + " order by due, number limit ? for update skip locked)"
            + " delete from errand_delayed d using ripe where d.number = ripe.number returning d.*",
        Database::ripe,
        now,
        MOST_AT_A_TIME);
    due.sort(comparingLong(Ripe::due).thenComparingLong(Ripe::number));
    return due;
  }
  // @end

  private void place(Ripe due, long now) throws SQLException {
    if (!route(due.publication(), now)) {
      park(due, "unroutable");
    }
  }

  /** One that is refused is no reason to hold up the others. */
  private void placeOrPark(Ripe due, long now) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      place(due, now);
    } catch (SQLException refused) {
      requireUse(refused);
      connection.rollback(before);
      parkOrKeep(due, now);
    }
  }

  /** What cannot even be parked is no reason either: it is due again later. */
  private void parkOrKeep(Ripe due, long now) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      park(due, "rejected");
    } catch (SQLException refused) {
      requireUse(refused);
      connection.rollback(before);
      keep(due.publication(), due(UNTIL_TRIED_AGAIN, now), "");
      warn(due, refused);
    }
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

  private void park(Ripe due, String reason) throws SQLException {
    if (put(due.publication().parked(reason), List.of(Queue.UNROUTABLE)) == 0) {
      throw new SQLException("There is no queue " + Queue.UNROUTABLE + " to park a message in");
    }
  }

  private static Ripe ripe(ResultSet row) throws SQLException {
    String exchange = row.getString("exchange");
    String target = row.getString("target");
    Route route = exchange == null ? Route.queue(target) : new Route.ToExchange(exchange, target);
    Message message = MessageCodec.decode(row.getBytes("properties"), row.getBytes("body"), null);
    return new Ripe(row.getLong("due"), row.getLong("number"), Publication.of(message, route));
  }

  // Messages on their way out.

  // @start region="take"
  /** Takes the first that wait, for each queue as many as there is room; in their order. */
  List<Taken> take(Map<String, Integer> room) throws SQLException {
    List<Taken> taken = query(
        "with picked as materialized (select first.number from unnest(?::text[], ?::int[])"
            + " as wanted (queue, room) cross join lateral (select number from errand_message"
            + " where queue = wanted.queue and owner is null"
            + " order by number limit wanted.room for update skip locked) first)"
            + " update errand_message m set owner = ? from picked"
            + " where m.number = picked.number returning m.*",
        Database::taken,
        room.keySet().toArray(String[]::new),
        room.values().toArray(Integer[]::new),
        session);
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
    return run("delete from errand_message m where " + HELD, taken.number(), taken.owner()) == 1;
  }

  boolean release(Taken taken) throws SQLException {
    ready = true;
    String sql = "update errand_message m set owner = null where " + HELD;
    return run(sql, taken.number(), taken.owner()) == 1;
  }

  boolean reject(Taken taken) throws SQLException {
    return toOverflow("rejected", HELD, taken.number(), taken.owner()) == 1;
  }

  boolean holds(Taken taken) throws SQLException {
    String sql = "select count(*) from errand_message m where " + HELD;
    return number(sql, taken.number(), taken.owner()) == 1;
  }

  private int toOverflow(String reason, String which, Object... parameters) throws SQLException {
    ready = true;
    List<Object> all = new ArrayList<>(List.of(reason));
    all.addAll(List.of(parameters));
    return run(
        "update errand_message m set queue = q.overflow, reason = ?, redeliveries = 0, owner = null"
            + " from errand_queue q where q.name = m.queue"
            + " and exists (select from errand_queue o where o.name = q.overflow) and " + which,
        all.toArray());
  }

  // @start region="lost"
  /** Gives back what sessions had in hand that have ended; counted. */
  void giveBackOfTheDead() throws SQLException {
    List<Integer> dead = query(
        "select owner from errand_message where owner is not null except " + LIVING,
        row -> row.getInt(1));
    // One broker at a time, so that no two wait for each other.
    String alone = "select pg_try_advisory_xact_lock(?, ?)::int";
    if (!dead.isEmpty() && number(alone, HOUSEKEEPING, GIVING_BACK) == 1) {
      giveBack("m.owner = any(?)", (Object) dead.toArray(Integer[]::new));
    }
  }

  /** Gives back what we have in hand of these; counted. */
  void giveBack(Collection<Long> numbers) throws SQLException {
    giveBack("m.number = any(?) and m.owner = ?", numbers.toArray(Long[]::new), session);
  }

  private void giveBack(String which, Object... parameters) throws SQLException {
    toOverflow("delivery-limit", "m.redeliveries >= " + MOST_RETURNS + " and " + which, parameters);
    run(
        "update errand_message m set owner = null, redeliveries = redeliveries + 1 where " + which,
        parameters);
  }
  // @end

  QueueReport inspect(String queue, int head) throws SQLException {
    if (!isThere("errand_queue", queue)) {
      throw new TopologyException(
          TopologyException.Reason.MISSING,
          "queue '" + queue + "'",
          "There is no queue '" + queue + "' on the server",
          "Declare it first",
          null);
    }
    String count = "select count(*) from errand_message where queue = ? and owner is ";
    return new QueueReport(
        queue,
        number(count + "null", queue),
        OptionalLong.of(number(count + "not null", queue)),
        OptionalLong.empty(),
        query(
            "select * from errand_message where queue = ? and owner is null order by number limit ?",
            Database::message,
            queue,
            head));
  }

  // JDBC.

  private int run(String sql, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepared(sql, parameters)) {
      return statement.execute() ? 0 : statement.getUpdateCount();
    }
  }

  private Long number(String sql, @Nullable Object... parameters) throws SQLException {
    return query(sql, row -> row.getLong(1), parameters).get(0);
  }

  private <T> List<T> query(String sql, Row<T> row, @Nullable Object... parameters)
      throws SQLException {
    List<T> rows = new ArrayList<>();
    try (PreparedStatement statement = prepared(sql, parameters);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rows.add(row.of(result));
      }
    }
    return rows;
  }

  private PreparedStatement prepared(String sql, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      Object value = parameters[i];
      if (value instanceof Object[] array) {
        String type =
            array instanceof String[] ? "text" : array instanceof Long[] ? "bigint" : "int";
        value = connection.createArrayOf(type, array);
      }
      statement.setObject(i + 1, value);
    }
    return statement;
  }
}
