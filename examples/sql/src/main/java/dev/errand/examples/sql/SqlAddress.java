package dev.errand.examples.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Declaring;
import dev.errand.broker.Parameters;
import dev.errand.broker.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Where the database is, and what the address says of the broker. Never shows the password. */
record SqlAddress(
    String server,
    String user,
    String password,
    Duration publishTimeout,
    Duration heartbeat,
    Declaring declaring) {
  private static final int PORT = 5432;

  static SqlAddress parse(String address, List<Setting<?>> known) {
    URI uri;
    try {
      uri = new URI(Parameters.cutFrom(address));
    } catch (URISyntaxException malformed) {
      // Not as the cause: it shows the address.
      throw malformed();
    }
    String path = uri.getRawPath();
    if (uri.getHost() == null || path == null || path.length() < 2) {
      throw malformed();
    }
    String[] user = userInfo(uri.getRawUserInfo());
    Parameters given = Parameters.of(address, "PostgreSQL address", known);
    return new SqlAddress(
        uri.getHost() + ":" + (uri.getPort() < 0 ? PORT : uri.getPort()) + path,
        user[0],
        user[1],
        given.get(BrokerProvider.PUBLISH_TIMEOUT),
        given.get(SqlBrokerProvider.HEARTBEAT),
        given.get(BrokerProvider.DECLARE));
  }

  private static String[] userInfo(@Nullable String given) {
    String[] parts = (given == null ? "postgres" : given).split(":", 2);
    return new String[] {decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1])};
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "The PostgreSQL address is malformed (it is not shown, as it may hold a password). Write"
            + " postgresql://user:password@host:port/database, each reserved character percent-encoded.");
  }

  /**
   * A new connection, on which no answer may take longer than the heartbeat; and the server ends it
   * when nothing comes from us for two of them, not even the network's own signs of life.
   */
  Connection connect() throws SQLException {
    long silence = Math.max(1, heartbeat.toSeconds());
    String seconds = String.valueOf(Math.min(silence, Math.max(1, publishTimeout.toSeconds())));
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty(
        "options",
        "-c tcp_keepalives_idle=" + silence
            + " -c tcp_keepalives_interval=" + Math.max(1, silence / 3)
            + " -c tcp_keepalives_count=3"
            + " -c tcp_user_timeout=" + 2_000 * silence);
    properties.setProperty("ApplicationName", "errand");
    Connection connection = new Driver().connect("jdbc:postgresql://" + server, properties);
    if (connection == null) {
      throw new SQLException("The driver does not take the address of " + this);
    }
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(1_000 * silence));
    connection.setAutoCommit(false);
    return connection;
  }

  @Override
  public String toString() {
    return "postgresql://" + server;
  }
}
