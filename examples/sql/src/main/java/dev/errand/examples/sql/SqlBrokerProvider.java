package dev.errand.examples.sql;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Setting;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Serves {@code postgresql://user:password@host:port/database}. Parameters:
 * {@link #PUBLISH_TIMEOUT}, {@link #DECLARE}, {@link #HEARTBEAT}. The brokers of one database have
 * to agree on the time: a delay ends on the clock of whoever looks.
 */
// @start region="provider"
public final class SqlBrokerProvider implements BrokerProvider {
  /** How long the server may be silent; half of what it takes at most to notice that it is. */
  public static final Setting<Duration> HEARTBEAT = Setting.time(
          "heartbeat", Duration.ofSeconds(1), Duration.ofMinutes(10))
      .bounding("how long an answer of the database may take before the connection is given up")
      .defaultsTo(Duration.ofSeconds(20), "outlasts a busy disk, and notices a dead network");

  /** For {@link java.util.ServiceLoader}. */
  public SqlBrokerProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of("postgresql");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(PUBLISH_TIMEOUT, DECLARE, HEARTBEAT);
  }

  @Override
  public void check(String address) {
    SqlAddress.parse(address, settings());
  }

  @Override
  public Broker open(String address, Time time) {
    return new SqlBroker(SqlAddress.parse(address, settings()), time);
  }
}
// @end
