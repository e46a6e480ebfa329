package dev.errand.broker.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is, who we are there, and the settings that an address carries. Shows everything
 * but the password.
 */
record RabbitAddress(Endpoint endpoint, Credentials credentials, String vhost, Settings settings) {
  private static final Pattern FORM = Pattern.compile(
      "amqp://(?:(?<user>[^@/?]*)@)?(?<host>\\[[^\\]]*\\]|[^:/?@]*)(?::(?<port>[^/?]*))?(?:/(?<vhost>[^?@]*))?(?:\\?(?<query>.*))?",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

  record Endpoint(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  record Credentials(String user, String password) {
    @Override
    public String toString() {
      return user + ":***";
    }
  }

  record Settings(
      Duration connectTimeout,
      Duration publishTimeout,
      Duration heartbeat,
      int window,
      String name) {}

  static RabbitAddress parse(String address) {
    Matcher form = FORM.matcher(address);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "This RabbitMQ address is malformed (not shown, as it may hold a password); write amqp://user:password@host:port/vhost, each reserved character percent-encoded.");
    }
    return new RabbitAddress(
        endpoint(form.group("host"), form.group("port")),
        credentials(form.group("user")),
        vhost(form.group("vhost")),
        settings(form.group("query")));
  }

  private static Endpoint endpoint(String host, @Nullable String port) {
    if (host.isEmpty()) {
      throw new IllegalArgumentException(
          "The RabbitMQ address names no host; write amqp://localhost or amqp://host:port.");
    }
    int number = port == null ? 5672 : port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
    if (number < 1 || number > 65_535) {
      throw new IllegalArgumentException(
          "The port of the RabbitMQ address is refused (not shown, as it may be a password with no '@' and host after it); give a number from 1 to 65535, or leave it out for 5672.");
    }
    return new Endpoint(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, number);
  }

  private static Credentials credentials(@Nullable String userInfo) {
    if (userInfo == null) {
      return new Credentials("guest", "guest");
    }
    int colon = userInfo.indexOf(':');
    String user = decoded("user", colon < 0 ? userInfo : userInfo.substring(0, colon));
    String password = colon < 0 ? "guest" : decoded("password", userInfo.substring(colon + 1));
    if (user.isEmpty()) {
      throw new IllegalArgumentException(
          "The RabbitMQ address has an '@' but no user before it; write amqp://user:password@host.");
    }
    return new Credentials(user, password);
  }

  private static String vhost(@Nullable String path) {
    if (path == null) {
      return "/";
    }
    if (path.isEmpty() || path.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "Virtual host '" + path
              + "' of the RabbitMQ address is refused; leave the slash out for the default one, and write a slash within a name as %2F.");
    }
    return decoded("virtual host", path);
  }

  private static Settings settings(@Nullable String query) {
    Map<String, String> given = new HashMap<>();
    for (String pair : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : decoded("parameter", pair.substring(equals + 1));
      if (given.put(key, value) != null) {
        throw new IllegalArgumentException(
            "Parameter '" + key + "' of the RabbitMQ address is given twice; give it once.");
      }
    }
    Settings settings = new Settings(
        duration(given, "connect-timeout", Duration.ofMillis(100), Duration.ofSeconds(10)),
        duration(given, "publish-timeout", Duration.ofMillis(100), Duration.ofSeconds(30)),
        duration(given, "heartbeat", Duration.ofSeconds(5), Duration.ofSeconds(20)),
        window(given.remove("window")),
        given.getOrDefault("name", "errand"));
    given.remove("name");
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          "The RabbitMQ address has unknown parameters " + new TreeSet<>(given.keySet())
              + "; known are connect-timeout, heartbeat, name, publish-timeout and window.");
    }
    return settings;
  }

  private static Duration duration(
      Map<String, String> given, String key, Duration least, Duration standard) {
    String value = given.remove(key);
    if (value == null) {
      return standard;
    }
    Duration most = Duration.ofMinutes(10);
    Matcher form = DURATION.matcher(value);
    if (form.matches()) {
      long number = Long.parseLong(form.group(1));
      Duration wanted = switch (form.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        default -> Duration.ofMinutes(number);
      };
      if (wanted.compareTo(least) >= 0 && wanted.compareTo(most) <= 0) {
        return wanted;
      }
    }
    throw new IllegalArgumentException("Parameter " + key + "=" + value
        + " of the RabbitMQ address is refused; give a number and ms, s or m, from "
        + least.toMillis() + "ms to 10m, such as " + standard.toSeconds() + "s.");
  }

  private static int window(@Nullable String value) {
    int window = value == null ? 1024 : value.matches("\\d{1,6}") ? Integer.parseInt(value) : 0;
    if (window < 1 || window > 65_536) {
      throw new IllegalArgumentException("Parameter window=" + value
          + " of the RabbitMQ address is refused; give a number from 1 to 65536.");
    }
    return window;
  }

  private static String decoded(String part, String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException malformed) {
      // The cause's message has the text, which may be the password.
      throw new IllegalArgumentException("The " + part
          + " of the RabbitMQ address is not well percent-encoded; write a percent sign as %25.");
    }
  }

  @Override
  public String toString() {
    return "amqp://" + credentials + "@" + endpoint + "/" + (vhost.equals("/") ? "" : vhost);
  }
}
