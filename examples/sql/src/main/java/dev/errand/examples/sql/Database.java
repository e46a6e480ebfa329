package dev.errand.examples.sql;

import java.sql.SQLException;

/**
 * A session, and every statement there is, by what it is for. Nothing is committed but by
 * {@link Session#commit()}.
 */
record Database(Session session, Schema schema, Publishing publishing, Delays delays, Queues queues)
    implements AutoCloseable {

  /**
   * Begins a session, and ends a former one of ours that the server has not missed yet.
   *
   * @param former its number; 0 for none
   */
  static Database connect(SqlAddress address, int former) throws SQLException {
    Session session = new Session(address.connect());
    try {
      Schema schema = new Schema(session);
      schema.prepare(address.declaring());
      session.live(former);
      Publishing publishing = new Publishing(session);
      Delays delays = new Delays(session, publishing);
      return new Database(session, schema, publishing, delays, new Queues(session));
    } catch (SQLException | RuntimeException failed) {
      session.close();
      throw failed;
    }
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
