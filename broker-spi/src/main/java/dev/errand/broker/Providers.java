package dev.errand.broker;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the backend that serves an address. */
final class Providers {
  // What is before a colon and can be no scheme may be a password.
  private static final Pattern FORM = Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):");

  /** As of {@code localhost:5672} with no scheme in front. */
  private static final Pattern PORT = Pattern.compile("\\d+([/?].*)?");

  private Providers() {}

  static List<BrokerProvider> installed() {
    return ServiceLoader.load(BrokerProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  static BrokerProvider serving(String address) {
    Objects.requireNonNull(
        address,
        "The broker address is null. Give one such as memory:demo or amqp://user:password@host, and"
            + " set the environment variable where it is read from one.");
    Matcher form = FORM.matcher(address);
    if (!form.lookingAt()) {
      throw new IllegalArgumentException(
          "The broker address has no scheme (it is not shown, as it may hold a password)."
              + " Write one in front, as in memory:demo or amqp://localhost.");
    }
    String scheme = form.group("scheme").toLowerCase(Locale.ROOT);
    List<BrokerProvider> found = installed();
    return found.stream()
        .filter(provider -> provider.schemes().contains(scheme))
        .findFirst()
        .orElseThrow(() -> PORT.matcher(address.substring(form.end())).matches()
            ? schemeless(form.group("scheme"))
            : unserved(scheme, found));
  }

  private static IllegalArgumentException schemeless(String host) {
    return new IllegalArgumentException("The broker address has no scheme, but begins with host '"
        + host + "' and a port. Write amqp:// in front.");
  }

  private static IllegalArgumentException unserved(String scheme, List<BrokerProvider> found) {
    TreeSet<String> served = new TreeSet<>();
    found.forEach(provider -> served.addAll(provider.schemes()));
    String known = served.isEmpty()
        ? "There is no backend on the class path"
        : "The backends on the class path serve " + String.join(", ", served);
    return new IllegalArgumentException(
        "No backend serves an address that begins with '" + scheme + ":'. " + known
            + ". Add errand-broker-rabbit for amqp, errand-broker-inmemory for memory.");
  }
}
