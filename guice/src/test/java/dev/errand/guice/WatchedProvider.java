package dev.errand.guice;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Setting;
import dev.errand.time.Time;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Serves {@code watched:name} by {@code memory:name}, and tells how often it did. */
public final class WatchedProvider implements BrokerProvider {
  private static final Map<String, Integer> OPENED = new ConcurrentHashMap<>();

  /** For the service loader. */
  public WatchedProvider() {}

  static int opened(String address) {
    return OPENED.getOrDefault(address, 0);
  }

  @Override
  public Set<String> schemes() {
    return Set.of("watched");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public void check(String address) {}

  @Override
  public Broker open(String address, Time time) {
    OPENED.merge(address, 1, Integer::sum);
    return Broker.open(address.replaceFirst("watched", "memory"), time);
  }
}
