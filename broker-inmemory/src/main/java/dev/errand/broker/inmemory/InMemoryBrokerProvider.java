package dev.errand.broker.inmemory;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerProvider;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves {@code memory:NAME}, one broker for all handles in the JVM, which lives until the last of
 * them is closed, and {@code memory:}, one of its own for each handle. A name has letters, digits,
 * dots, dashes and underscores.
 *
 * <p>Parameter: {@code publish-timeout} (100ms to 10m, default 30s), as in
 * {@code memory:demo?publish-timeout=2s}.
 */
public final class InMemoryBrokerProvider implements BrokerProvider {
  private static final Pattern FORM = Pattern.compile(
      "(?i:memory):(?<name>[A-Za-z0-9._-]*)(?:\\?publish-timeout=(?<number>\\d{1,6})(?<unit>ms|s|m))?");

  /** For {@link java.util.ServiceLoader}. */
  public InMemoryBrokerProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of("memory");
  }

  @Override
  public Broker open(String address, Time time) {
    Matcher form = FORM.matcher(address);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "Address '" + address.replaceAll("://[^@]*@", "://***@")
              + "' is refused; write memory:NAME with letters, digits, '.', '-' and '_', or memory: for a private broker, followed by ?publish-timeout=2s if wanted.");
    }
    return new InMemoryBroker(Server.named(form.group("name"), time), timeout(form));
  }

  private static Duration timeout(Matcher form) {
    if (form.group("number") == null) {
      return Duration.ofSeconds(30);
    }
    long number = Long.parseLong(form.group("number"));
    Duration wanted = switch (form.group("unit")) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMinutes(number);
    };
    if (wanted.toMillis() < 100 || wanted.toMinutes() > 10) {
      throw new IllegalArgumentException("Parameter publish-timeout=" + number + form.group("unit")
          + " is refused; give 100ms to 10m.");
    }
    return wanted;
  }
}
