package dev.errand.examples.guides;

import dev.errand.EnqueueOptions;
import dev.errand.Task;
import dev.errand.TaskClient;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Takes orders, and has a worker credit points for each. */
final class Shop {
  // @start region="task"
  record CreditPoints(String order) {}

  static final Task<CreditPoints> CREDIT_POINTS =
      Task.of("shop.credit-points", CreditPoints.class).on("points");
  // @end

  private final Database database;
  private final TaskClient tasks;

  Shop(Database database, TaskClient tasks) {
    this.database = database;
    this.tasks = tasks;
  }

  /** Wrong: the job is there before the order is. */
  void orderEnqueueingInside(String order, String customer) throws SQLException {
    // @start region="inside"
    database.inTransaction(db -> {
      insertOrder(db, order, customer);
      tasks.enqueue(CREDIT_POINTS, new CreditPoints(order)); // wrong: inside
    });
    // @end
  }

  /** Right, but for a process that dies between the two. */
  void order(String order, String customer) throws SQLException {
    // @start region="after"
    database.inTransaction(db -> insertOrder(db, order, customer));
    tasks.enqueue(
        CREDIT_POINTS, new CreditPoints(order), EnqueueOptions.withId("points-for-" + order));
    // @end
  }

  /** Right, and nothing is lost: {@link #emptyOutbox} enqueues it. */
  void orderByOutbox(String order, String customer) throws SQLException {
    // @start region="outbox-write"
    database.inTransaction(db -> {
      insertOrder(db, order, customer);
      insertIntoOutbox(db, "points-for-" + order, order);
    });
    // @end
  }

  // @start region="outbox-empty"
  /** Called every second; by several processes at once if need be. */
  void emptyOutbox() throws SQLException {
    database.inTransaction(db -> {
      for (Waiting waiting : lockOldest(db, 100)) {
        tasks.enqueue(
            CREDIT_POINTS,
            new CreditPoints(waiting.order()),
            EnqueueOptions.withId(waiting.jobId()));
        deleteFromOutbox(db, waiting.jobId());
      }
    });
  }

  record Waiting(String jobId, String order) {}

  /** Rows that another process has locked are its own to send. */
  private static List<Waiting> lockOldest(Connection db, int most) throws SQLException {
    try (PreparedStatement select = db.prepareStatement(
        "select job_id, order_id from outbox order by written_at limit ? for update skip locked")) {
      select.setInt(1, most);
      List<Waiting> found = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(new Waiting(rows.getString(1), rows.getString(2)));
        }
      }
      return found;
    }
  }
  // @end

  private static void insertOrder(Connection db, String order, String customer)
      throws SQLException {
    update(db, "insert into orders (id, customer) values (?, ?)", order, customer);
  }

  private static void insertIntoOutbox(Connection db, String jobId, String order)
      throws SQLException {
    update(db, "insert into outbox (job_id, order_id) values (?, ?)", jobId, order);
  }

  private static void deleteFromOutbox(Connection db, String jobId) throws SQLException {
    update(db, "delete from outbox where job_id = ?", jobId);
  }

  private static void update(Connection db, String statement, String... arguments)
      throws SQLException {
    try (PreparedStatement update = db.prepareStatement(statement)) {
      for (int i = 0; i < arguments.length; i++) {
        update.setString(i + 1, arguments[i]);
      }
      update.executeUpdate();
    }
  }
}
