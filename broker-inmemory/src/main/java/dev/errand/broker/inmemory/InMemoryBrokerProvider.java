package dev.errand.broker.inmemory;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Declaring;
import dev.errand.broker.Parameters;
import dev.errand.broker.Setting;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves {@code memory:NAME}, one broker for all handles in the JVM, which lives until the last of
 * them is closed, and {@code memory:}, one of its own for each handle. A name has letters, digits,
 * dots, dashes and underscores. Another process that opens the same address has a broker of its
 * own: to meet, they need {@code amqp:}. A broker that ends with jobs in a queue that nobody ever
 * consumed, or delayed for one, warns of them through {@link System.Logger}; dead letters are no
 * such jobs, and on a clock that a test moves there is no warning.
 *
 * <p>Parameters: {@link #PUBLISH_TIMEOUT}, {@link #DECLARE}, {@link #MAX_MESSAGES} and
 * {@link #MAX_BYTES}, as in {@code memory:demo?publish-timeout=2s&max-messages=1000}; each holds
 * for the handle that it opens. With {@code declare=check} a handle sees what others of the same
 * name declared.
 *
 * <p>Memory is bounded: a publish fails as
 * {@link dev.errand.broker.PublishException.Reason#REJECTED} where the broker would hold more than
 * the handle's {@link #MAX_MESSAGES} or {@link #MAX_BYTES} after it, in all queues, unsettled and
 * delayed messages included; through an exchange, each queue's copy counts. What is held already is
 * never refused for it: a {@code replace}, a {@code release} and a {@code reject} go on in a full
 * broker, so that a retry or a dead letter does. A {@code replace} through an exchange that leads
 * to several queues may therefore pass the bound.
 */
public final class InMemoryBrokerProvider implements BrokerProvider {
  /** How many messages the broker may hold for a publish to be taken. */
  public static final Setting<Integer> MAX_MESSAGES = Setting.number(
          "max-messages", "messages", 1, Integer.MAX_VALUE)
      .bounding(
          "how many messages the broker holds in all, before it refuses a publish as REJECTED")
      .defaultsTo(
          250_000, "far more than a laptop or a test leaves lying, and small beside a JVM's heap");

  /** How many bytes the bodies of all messages may have for a publish to be taken. */
  public static final Setting<Integer> MAX_BYTES = Setting.number(
          "max-bytes", "bytes", 1, Integer.MAX_VALUE)
      .bounding("how many bytes the bodies of these have in all, before a publish is refused so")
      .defaultsTo(128 * 1024 * 1024, "a forgotten consumer ends in this error, not in the heap's");

  private static final Pattern FORM = Pattern.compile("(?i:memory):(?<name>[A-Za-z0-9._-]*)");

  private record Address(String name, Duration publishTimeout, Declaring declaring, Bound bound) {}

  /** For {@link java.util.ServiceLoader}. */
  public InMemoryBrokerProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of("memory");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(PUBLISH_TIMEOUT, DECLARE, MAX_MESSAGES, MAX_BYTES);
  }

  @Override
  public void check(String address) {
    parse(address);
  }

  @Override
  public Broker open(String address, Time time) {
    Address parsed = parse(address);
    return new InMemoryBroker(
        Server.named(parsed.name(), time),
        parsed.publishTimeout(),
        parsed.declaring(),
        parsed.bound());
  }

  private Address parse(String address) {
    Matcher form = FORM.matcher(Parameters.cutFrom(address));
    if (!form.matches()) {
      boolean secret = address.indexOf('/') >= 0 || address.indexOf('@') >= 0;
      throw new IllegalArgumentException(
          "The memory address "
              + (secret ? "(not shown, as it may hold a password)" : "'" + address + "'")
              + " is refused. Write memory:NAME with letters, digits, '.', '-' and '_', or memory: for a private broker, followed by ?publish-timeout=2s if wanted.");
    }
    Parameters parameters = Parameters.of(address, "memory address", settings());
    return new Address(
        form.group("name"),
        parameters.get(PUBLISH_TIMEOUT),
        parameters.get(DECLARE),
        Bound.of(parameters));
  }
}
