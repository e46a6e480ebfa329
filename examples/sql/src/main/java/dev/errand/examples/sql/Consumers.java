package dev.errand.examples.sql;

import dev.errand.broker.Subscription;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The subscriptions of a broker. For the engine's thread. */
final class Consumers {
  private static final int MOST_AT_A_TIME = 100;

  private final List<SqlSubscription> all = new ArrayList<>();

  void add(SqlSubscription subscription) {
    all.add(subscription);
  }

  void remove(SqlSubscription subscription) {
    all.remove(subscription);
  }

  /**
   * Has those consume whose queue is there, and those recover whose queue is not.
   *
   * @return whether a queue is gone that was there
   */
  boolean attach(Schema schema) throws SQLException {
    if (all.isEmpty()) {
      return false;
    }
    Set<String> there = schema.existing(all.stream().map(SqlSubscription::queue).toList());
    boolean deleted = false;
    for (SqlSubscription each : List.copyOf(all)) {
      if (there.contains(each.queue())) {
        each.attach();
      } else {
        deleted |= each.state() != Subscription.State.RECOVERING;
        each.lose("There is no queue '" + each.queue() + "' on the server.");
      }
    }
    return deleted;
  }

  /** Takes what they have room for. */
  List<SqlDelivery> fetch(Queues queues) throws SQLException {
    Map<String, Integer> wanted = new LinkedHashMap<>();
    for (SqlSubscription each : all) {
      if (each.room() > 0) {
        wanted.merge(each.queue(), Math.min(each.room(), MOST_AT_A_TIME), Integer::sum);
      }
    }
    List<SqlDelivery> came = new ArrayList<>();
    if (wanted.isEmpty()) {
      return came;
    }
    for (Queues.Taken taken : queues.take(wanted)) {
      all.stream()
          .filter(each -> each.queue().equals(taken.queue()) && each.room() > 0)
          .findFirst()
          .ifPresent(taker -> came.add(taker.hold(taken)));
    }
    return came;
  }

  /** All that they have in hand is gone. */
  void lose(String why) {
    List.copyOf(all).forEach(each -> each.lose(why));
  }

  void end() {
    List.copyOf(all).forEach(SqlSubscription::end);
  }
}
