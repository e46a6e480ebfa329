package dev.errand.broker.rabbit;

import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every name and argument that we put on the server. They are wire format: a golden test pins them,
 * and a change means new names.
 */
final class ServerParts {
  static final String OVERFLOW = "errand.overflow";
  static final String UNROUTABLE = Queue.UNROUTABLE;
  static final String DELIVER = "errand.deliver";
  static final String DELAY = "errand.delay.";
  static final String RELAY = "errand.relay.";
  static final int DELAY_DIGITS = 9;
  static final long DELAY_STEP_MILLIS = 100;

  private static final int QUORUM_LEVELS = 32;
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");
  private static final String ANY_DELAY = "*.".repeat(DELAY_DIGITS);

  private ServerParts() {}

  /** A queue of the application's. Having an overflow makes the difference, whatever its name. */
  static Map<String, Object> queue(Queue queue) {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("x-queue-type", "quorum");
    if (queue.overflow() == null) {
      arguments.put("x-delivery-limit", 1_000_000);
      return arguments;
    }
    arguments.put("x-delivery-limit", 100);
    arguments.put("x-overflow", "reject-publish");
    arguments.put("x-dead-letter-exchange", OVERFLOW);
    arguments.put("x-dead-letter-routing-key", queue.name());
    arguments.put("x-dead-letter-strategy", "at-least-once");
    return arguments;
  }

  /**
   * How many priority levels its quorum queues have: from 4.3 on each has all, without an argument;
   * of before, 4.0 to 4.2 know two classes, which are no levels.
   */
  static int priorities(String version) {
    Matcher number = VERSION.matcher(version);
    if (!number.lookingAt()) {
      return 0;
    }
    int major = Integer.parseInt(number.group(1));
    int minor = Integer.parseInt(number.group(2));
    return major > 4 || (major == 4 && minor >= 3) ? QUORUM_LEVELS : 0;
  }

  /**
   * Whether it forgets a consumer whose queue is deleted and declared again at once: before 4.0 it
   * puts the consumer to the new queue, and then drops what it has for it. (Tried on 3.10.8.)
   */
  static boolean forgetsConsumers(String version) {
    Matcher number = VERSION.matcher(version);
    return number.lookingAt() && Integer.parseInt(number.group(1)) < 4;
  }

  /**
   * Where a message is brought when it is due: into its queue, or, before it goes through its
   * exchange, into that exchange's relay queue.
   */
  static String dueQueue(Route route) {
    return route instanceof Route.ToExchange through
        ? RELAY + through.exchange()
        : ((Route.ToQueue) route).queue();
  }

  /** A relay queue, and where the server puts what it can bring to no queue. */
  static Map<String, Object> keeping() {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-delivery-limit", 1_000_000);
    return arguments;
  }

  /** An exchange of ours, which loses nothing that it cannot route. */
  static Map<String, Object> exchange() {
    return Map.of("alternate-exchange", UNROUTABLE);
  }

  static String delayExchange(int position) {
    return DELAY + position;
  }

  static String delayQueue(int position, int digit) {
    return DELAY + position + "." + digit;
  }

  /**
   * Holds a message for {@code digit} times ten to the {@code position} steps, then hands it on to
   * the next lower position.
   */
  static Map<String, Object> delayQueueArguments(int position, int digit) {
    long millis = digit * DELAY_STEP_MILLIS;
    for (int i = 0; i < position; i++) {
      millis *= 10;
    }
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-message-ttl", millis);
    arguments.put("x-overflow", "reject-publish");
    arguments.put("x-dead-letter-exchange", position == 0 ? DELIVER : delayExchange(position - 1));
    arguments.put("x-dead-letter-strategy", "at-least-once");
    return arguments;
  }

  /** The pattern of messages that have this digit at this position. */
  static String delayPattern(int position, int digit) {
    return "*.".repeat(DELAY_DIGITS - 1 - position) + digit + ".#";
  }

  /** The pattern of messages that are due and go to this queue. */
  static String deliverPattern(String queue) {
    return ANY_DELAY + queue;
  }
}
