package dev.errand.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What stands behind the first question mark of an address, {@code name=value&…}, as its backend's
 * settings read it. Names and values are percent-encoded. Immutable.
 */
public final class Parameters {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,50}");

  private final Map<String, String> given;

  private Parameters(Map<String, String> given) {
    this.given = given;
  }

  /**
   * Reads and checks the parameters of an address.
   *
   * @param kind what the address is called in messages, such as {@code RabbitMQ address}
   * @param known the settings of the backend
   * @throws IllegalArgumentException when a parameter is unknown, given twice or has a value that
   *     its setting refuses; it names all of them
   */
  public static Parameters of(String address, String kind, Collection<Setting<?>> known) {
    Map<String, String> given = new LinkedHashMap<>();
    List<String> faults = new ArrayList<>();
    for (String pair : pairs(address)) {
      readPair(pair, known, given).ifPresent(faults::add);
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException("The " + kind + "'s parameters are refused. Parameter "
          + String.join(". Parameter ", faults) + ".");
    }
    return new Parameters(given);
  }

  /** Adds one pair to those given, or says what is wrong with it. */
  private static Optional<String> readPair(
      String pair, Collection<Setting<?>> known, Map<String, String> given) {
    if (pair.isEmpty()) {
      return Optional.of("'' has no name: an '&' is too many. Leave it out");
    }
    String name = nameIn(pair);
    Optional<Setting<?>> setting =
        known.stream().filter(each -> each.name().equals(name)).findFirst();
    if (setting.isEmpty()) {
      return Optional.of(unknown(name, pair, known));
    }
    String value;
    try {
      value = URLDecoder.decode(pair.substring(name.length()).replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException malformed) {
      return Optional.of(name + " is not well percent-encoded. Write a percent sign as %25");
    }
    value = value.isEmpty() ? value : value.substring(1);
    if (given.put(name, value) != null) {
      return Optional.of(name + " is given twice. Give it once");
    }
    return setting.get().read(value).isPresent()
        ? Optional.empty()
        : Optional.of(setting.get().refusal(value));
  }

  /** Not shown where the question mark may be one of a password. */
  private static String unknown(String name, String pair, Collection<Setting<?>> known) {
    boolean shown = NAME.matcher(name).matches() && pair.indexOf('@') < 0;
    return (shown ? "'" + name + "'" : "(not shown, as it may be part of a password)")
        + " is unknown. Give one of "
        + known.stream().map(Setting::name).sorted().collect(joining(", "));
  }

  /** The names of the parameters that an address has, whoever knows them. */
  public static Set<String> namesIn(String address) {
    Set<String> names = new LinkedHashSet<>();
    pairs(address).forEach(pair -> names.add(nameIn(pair)));
    return names;
  }

  /** The address with more parameters behind its own, each by its setting's name. */
  public static String append(String address, Map<String, String> more) {
    if (more.isEmpty()) {
      return address;
    }
    String query = more.entrySet().stream()
        .map(each ->
            each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8).replace("+", "%20"))
        .collect(joining("&"));
    int mark = address.indexOf('?');
    return address + (mark < 0 ? "?" : mark == address.length() - 1 ? "" : "&") + query;
  }

  /** The address without its parameters. */
  public static String cutFrom(String address) {
    int mark = address.indexOf('?');
    return mark < 0 ? address : address.substring(0, mark);
  }

  private static List<String> pairs(String address) {
    int mark = address.indexOf('?');
    return mark < 0 || mark == address.length() - 1
        ? List.of()
        : List.of(address.substring(mark + 1).split("&", -1));
  }

  private static String nameIn(String pair) {
    int equals = pair.indexOf('=');
    return equals < 0 ? pair : pair.substring(0, equals);
  }

  /** The value given, or the setting's default; empty where it has neither. */
  public <T> Optional<T> find(Setting<T> setting) {
    String text = given.get(setting.name());
    return text == null ? setting.defaultValue() : Optional.of(setting.parse(text));
  }

  /**
   * The value given, or the setting's default.
   *
   * @throws java.util.NoSuchElementException where it has neither
   */
  public <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow();
  }
}
