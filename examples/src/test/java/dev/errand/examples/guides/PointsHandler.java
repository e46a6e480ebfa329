package dev.errand.examples.guides;

import dev.errand.TaskContext;
import dev.errand.TaskHandler;
import dev.errand.examples.guides.Shop.CreditPoints;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Credits ten points for an order, however often its job runs. */
final class PointsHandler implements TaskHandler<CreditPoints> {
  private final Database database;

  PointsHandler(Database database) {
    this.database = database;
  }

  // @start region="repeatable"
  @Override
  public void handle(CreditPoints payload, TaskContext job) throws SQLException {
    database.inTransaction(db -> {
      if (firstToFinish(db, job)) {
        addPoints(db, payload.order());
      }
    });
  }

  /** Whether this job is marked as finished only now; the mark is committed with the effect. */
  private static boolean firstToFinish(Connection db, TaskContext job) throws SQLException {
    if (job.id().isEmpty()) {
      throw new IllegalArgumentException("The job has no id, so it cannot be told from others.");
    }
    try (PreparedStatement insert = db.prepareStatement(
        "insert into finished_jobs (job_id, queue) values (?, ?) on conflict do nothing")) {
      insert.setString(1, job.id());
      insert.setString(2, job.queue());
      return insert.executeUpdate() == 1;
    }
  }
  // @end

  private static void addPoints(Connection db, String order) throws SQLException {
    String customer = "(select customer from orders where id = ?)";
    try (PreparedStatement open =
            db.prepareStatement("insert into points (customer, points) select " + customer
                + ", 0 on conflict do nothing");
        PreparedStatement add = db.prepareStatement(
            "update points set points = points + 10 where customer = " + customer)) {
      open.setString(1, order);
      open.executeUpdate();
      add.setString(1, order);
      add.executeUpdate();
    }
  }
}
