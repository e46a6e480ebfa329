package dev.errand.examples.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Hears, on a connection and a thread of its own, what any broker commits: {@code ready},
 * {@code delayed}. The driver cannot wait for news and for work on one connection.
 */
final class Ear implements AutoCloseable {
  private final Connection connection;
  private final Thread thread;
  private final Set<String> news = new HashSet<>();
  private @Nullable SQLException deaf;

  /**
   * Listens.
   *
   * @param wake is called when there is something to hear
   */
  Ear(SqlAddress address, String name, Runnable wake) throws SQLException {
    connection = address.connect();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("listen errand");
    } catch (SQLException failed) {
      connection.close();
      throw failed;
    }
    thread = new Thread(() -> listen(wake), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void listen(Runnable wake) {
    try {
      while (true) {
        add(connection.unwrap(PGConnection.class).getNotifications(0));
        wake.run();
      }
    } catch (SQLException over) {
      fall(over);
      wake.run();
    }
  }

  private synchronized void add(PGNotification... told) {
    for (PGNotification each : told) {
      news.add(each.getParameter());
    }
  }

  private synchronized void fall(SQLException why) {
    deaf = why;
  }

  /**
   * What was heard since it was asked last.
   *
   * @throws SQLException when the connection is lost
   */
  synchronized Set<String> news() throws SQLException {
    if (deaf != null) {
      throw deaf;
    }
    Set<String> heard = Set.copyOf(news);
    news.clear();
    return heard;
  }

  @Override
  public void close() throws SQLException {
    connection.abort(Runnable::run);
    try {
      thread.join();
    } catch (InterruptedException early) {
      // Its connection is closed, so it ends without us.
      Thread.currentThread().interrupt();
    }
  }
}
