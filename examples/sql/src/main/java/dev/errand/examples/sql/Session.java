package dev.errand.examples.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One session with the database: a connection, a lock that says that it lives, and one transaction
 * after the other. For one thread, but for {@link #abort()}.
 */
final class Session implements AutoCloseable {
  /** First half of the keys of the sessions' advisory locks; the second is a session's number. */
  private static final int LOCKS = 0x65727264;

  /** As {@link #LOCKS}, of what one broker does at a time. */
  static final int HOUSEKEEPING = LOCKS + 1;

  private static final Duration UNTIL_ENDED = Duration.ofSeconds(1);

  /** The locks of sessions that live, in this database: the view shows those of the others too. */
  private static final String LOCKED = " from pg_locks"
      + " where locktype = 'advisory' and classid::bigint = " + LOCKS
      + " and database = (select oid from pg_database where datname = current_database())";

  /** Selects the numbers of those that live. */
  static final String LIVING = "select objid::bigint::int" + LOCKED;

  private final Connection connection;
  private final Set<String> news = new TreeSet<>();
  private int number;

  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  interface Step {
    void run() throws SQLException;
  }

  Session(Connection connection) {
    this.connection = connection;
  }

  /**
   * Shows others that it lives, and ends a former one of ours that the server has not missed yet.
   *
   * @param former its number; 0 for none
   */
  void live(int former) throws SQLException {
    // @start region="live"
    number = number("select nextval('errand_session')").intValue();
    run("select pg_advisory_lock(?, ?)", LOCKS, number);
    if (former != 0) {
      run(
          "select pg_terminate_backend(pid, ?)" + LOCKED + " and objid::bigint = ?",
          UNTIL_ENDED.toMillis(),
          former);
    }
    // @end
    commit();
  }

  int number() {
    return number;
  }

  String version() throws SQLException {
    return connection.getMetaData().getDatabaseProductVersion().split(" ", 2)[0];
  }

  /** Has all brokers hear this word with the commit. */
  void tell(String word) {
    news.add(word);
  }

  void commit() throws SQLException {
    for (String word : news) {
      run("select pg_notify('errand', ?)", word);
    }
    connection.commit();
    news.clear();
  }

  void rollback() throws SQLException {
    connection.rollback();
    news.clear();
  }

  /** Does it, or nothing of it; returns why not, or null where it is done. */
  @Nullable
  SQLException attempt(Step step) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      step.run();
      return null;
    } catch (SQLException refused) {
      requireUse(refused);
      connection.rollback(before);
      return refused;
    }
  }

  /** Throws it again where the connection is of no use any more, and not only what was asked. */
  void requireUse(SQLException failed) throws SQLException {
    String state = stateOf(failed);
    if (state.startsWith("08") || state.startsWith("57P") || connection.isClosed()) {
      throw failed;
    }
  }

  /** The class of an error, and its kind within that, by the SQL standard. */
  static String stateOf(SQLException failed) {
    return Objects.requireNonNullElse(failed.getSQLState(), "");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Ends it from any thread; who waits for an answer fails. */
  void abort() throws SQLException {
    connection.abort(Runnable::run);
  }

  // Statements.

  /** Does it, and returns how many rows it changed. */
  int run(String sql, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepared(sql, parameters)) {
      return statement.execute() ? 0 : statement.getUpdateCount();
    }
  }

  Long number(String sql, @Nullable Object... parameters) throws SQLException {
    return query(sql, row -> row.getLong(1), parameters).get(0);
  }

  <T> List<T> query(String sql, Row<T> row, @Nullable Object... parameters) throws SQLException {
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
