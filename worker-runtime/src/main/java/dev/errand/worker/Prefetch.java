package dev.errand.worker;

import dev.errand.broker.Capabilities;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many jobs a worker may have in hand, over all its queues.
 *
 * @param sum what was wanted; with more queues than that, one of each
 */
record Prefetch(int sum) {
  /** How many it is with so many queues. */
  int with(int queues) {
    return Math.max(sum, queues);
  }

  /**
   * Shares it out: alike, what is left over to the first queues; each queue's share as the prefetch
   * of its subscriptions: several where it is more than one can have.
   */
  Map<String, List<Integer>> over(List<String> queues) {
    Map<String, List<Integer>> shares = new LinkedHashMap<>();
    int all = with(queues.size());
    for (int i = 0; i < queues.size(); i++) {
      int more = i < all % queues.size() ? 1 : 0;
      shares.put(queues.get(i), subscriptions(all / queues.size() + more));
    }
    return shares;
  }

  private static List<Integer> subscriptions(int share) {
    List<Integer> each = new ArrayList<>();
    for (int left = share; left > 0; left -= Capabilities.MAX_PREFETCH) {
      each.add(Math.min(left, Capabilities.MAX_PREFETCH));
    }
    return List.copyOf(each);
  }
}
