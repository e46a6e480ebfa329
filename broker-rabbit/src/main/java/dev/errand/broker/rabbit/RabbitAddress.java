package dev.errand.broker.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Parameters;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is, who we are there, and the settings that an address carries. Shows everything
 * but the password.
 */
record RabbitAddress(Endpoint endpoint, Credentials credentials, String vhost, Settings settings) {
  private static final Pattern FORM = Pattern.compile(
      "amqp://(?:(?<user>[^@/?]*)@)?(?<host>\\[[^\\]]*\\]|[^:/?@]*)(?::(?<port>[^/?]*))?(?:/(?<vhost>[^?@]*))?",
      Pattern.CASE_INSENSITIVE);

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
      String name) {
    static Settings of(Parameters given) {
      return new Settings(
          given.get(RabbitBrokerProvider.CONNECT_TIMEOUT),
          given.get(BrokerProvider.PUBLISH_TIMEOUT),
          given.get(RabbitBrokerProvider.HEARTBEAT),
          given.get(RabbitBrokerProvider.WINDOW),
          given.get(RabbitBrokerProvider.NAME));
    }
  }

  static RabbitAddress parse(String address) {
    Matcher form = FORM.matcher(Parameters.cutFrom(address));
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "The RabbitMQ address is malformed (it is not shown, as it may hold a password). Write amqp://user:password@host:port/vhost, each reserved character percent-encoded.");
    }
    return new RabbitAddress(
        endpoint(form.group("host"), form.group("port")),
        credentials(form.group("user")),
        vhost(form.group("vhost")),
        Settings.of(Parameters.of(address, "RabbitMQ address", RabbitBrokerProvider.SETTINGS)));
  }

  private static Endpoint endpoint(String host, @Nullable String port) {
    if (host.isEmpty()) {
      throw new IllegalArgumentException(
          "The RabbitMQ address names no host. Write amqp://localhost or amqp://host:port.");
    }
    int number = port == null ? 5672 : port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
    if (number < 1 || number > 65_535) {
      throw new IllegalArgumentException(
          "The port of the RabbitMQ address is refused. It is not shown, as it may be a password with no '@' and host after it. Give a number from 1 to 65535, or leave it out for 5672.");
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
          "The RabbitMQ address has an '@' but no user before it. Write amqp://user:password@host.");
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
              + "' of the RabbitMQ address is refused. Leave the slash out for the default one, and write a slash within a name as %2F.");
    }
    return decoded("virtual host", path);
  }

  private static String decoded(String part, String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException malformed) {
      // The cause's message has the text, which may be the password.
      throw new IllegalArgumentException("The " + part
          + " of the RabbitMQ address is not well percent-encoded. Write a percent sign as %25.");
    }
  }

  @Override
  public String toString() {
    return "amqp://" + credentials + "@" + endpoint + "/" + (vhost.equals("/") ? "" : vhost);
  }
}
