package dev.errand.examples.guides;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;

/** The shop's database, in memory, with PostgreSQL's words. */
final class Database implements AutoCloseable {
  private final JdbcConnectionPool connections = JdbcConnectionPool.create(
      "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=PostgreSQL;DB_CLOSE_DELAY=-1", "sa", "");

  /** Runs before each commit: where a test stops a transaction that is about to end. */
  private BeforeCommit beforeCommit = () -> {};

  @FunctionalInterface
  interface Work {
    void run(Connection db) throws SQLException;
  }

  @FunctionalInterface
  interface BeforeCommit {
    void run() throws SQLException;
  }

  Database() throws SQLException {
    inTransaction(db -> {
      try (Statement statement = db.createStatement()) {
        statement.execute("create table orders (id varchar primary key, customer varchar)");
        statement.execute(OUTBOX);
        statement.execute("create table points (customer varchar primary key, points int)");
        statement.execute(FINISHED_JOBS);
      }
    });
  }

  // @start region="outbox-table"
  static final String OUTBOX = """
      create table outbox (
        job_id      varchar primary key,
        order_id    varchar not null,
        written_at  timestamp not null default current_timestamp)
      """;
  // @end

  // @start region="finished-jobs-table"
  static final String FINISHED_JOBS = """
      create table finished_jobs (
        job_id       varchar not null,
        queue        varchar not null,
        finished_at  timestamp not null default current_timestamp,
        primary key (job_id, queue))
      """;
  // @end

  void beforeCommit(BeforeCommit hook) {
    beforeCommit = hook;
  }

  /** All of it or nothing. */
  void inTransaction(Work work) throws SQLException {
    try (Connection db = connections.getConnection()) {
      db.setAutoCommit(false);
      try {
        work.run(db);
        beforeCommit.run();
        db.commit();
      } finally {
        // What was committed stays.
        db.rollback();
      }
    }
  }

  /** The number that a query yields; 0 where it yields none. */
  int number(String query, String... arguments) throws SQLException {
    try (Connection db = connections.getConnection();
        PreparedStatement statement = db.prepareStatement(query)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setString(i + 1, arguments[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getInt(1) : 0;
      }
    }
  }

  @Override
  public void close() {
    connections.dispose();
  }
}
