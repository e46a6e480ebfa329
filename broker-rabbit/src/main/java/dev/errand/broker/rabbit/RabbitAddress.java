package dev.errand.broker.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Declaring;
import dev.errand.broker.Parameters;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is, by one or more hosts that lead to it, who we are there, and the settings
 * that an address carries. Shows everything but the password.
 */
record RabbitAddress(
    List<Endpoint> endpoints,
    Optional<Tls> tls,
    Credentials credentials,
    String vhost,
    Settings settings) {
  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;
  private static final Pattern FORM = Pattern.compile(
      "amqp(?<tls>s)?://(?:(?<user>[^@/?]*)@)?(?<hosts>[^/?@]*)(?:/(?<vhost>[^?@]*))?",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern HOST =
      Pattern.compile("(?<host>\\[[^\\]]*\\]|[^:\\[\\]]*)(?::(?<port>.*))?");

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
      String name,
      Declaring declaring,
      Duration consumerTimeout) {
    static Settings of(Parameters given) {
      return new Settings(
          given.get(RabbitBrokerProvider.CONNECT_TIMEOUT),
          given.get(BrokerProvider.PUBLISH_TIMEOUT),
          given.get(RabbitBrokerProvider.HEARTBEAT),
          given.get(RabbitBrokerProvider.WINDOW),
          given.get(RabbitBrokerProvider.NAME),
          given.get(BrokerProvider.DECLARE),
          given.get(RabbitBrokerProvider.CONSUMER_TIMEOUT));
    }
  }

  static RabbitAddress parse(String address) {
    Matcher form = FORM.matcher(Parameters.cutFrom(address));
    if (!form.matches()) {
      throw malformed();
    }
    boolean encrypted = form.group("tls") != null;
    List<Endpoint> endpoints = Stream.of(form.group("hosts").split(",", -1))
        .map(host -> endpoint(host, encrypted))
        .toList();
    Credentials credentials = credentials(form.group("user"));
    String vhost = vhost(form.group("vhost"));
    Parameters given = Parameters.of(address, "RabbitMQ address", RabbitBrokerProvider.SETTINGS);
    return new RabbitAddress(
        endpoints, tls(encrypted, given), credentials, vhost, Settings.of(given));
  }

  /** The same by each of its hosts alone, in their order. */
  List<RabbitAddress> alternatives() {
    return endpoints.stream()
        .map(each -> new RabbitAddress(List.of(each), tls, credentials, vhost, settings))
        .toList();
  }

  /** The first host; the only one of an alternative. */
  Endpoint endpoint() {
    return endpoints.get(0);
  }

  /** All hosts, as the address has them. */
  String hosts() {
    return endpoints.stream().map(Endpoint::toString).collect(joining(","));
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "The RabbitMQ address is malformed (it is not shown, as it may hold a password). Write amqp://user:password@host:port/vhost, each reserved character percent-encoded.");
  }

  private static Optional<Tls> tls(boolean encrypted, Parameters given) {
    Optional<Path> trust = given.find(RabbitBrokerProvider.TRUST);
    if (trust.isPresent() && !encrypted) {
      throw new IllegalArgumentException(
          "Parameter trust is of no use in an amqp:// address, as no certificate proves that server. Write amqps:// for TLS, or leave the parameter out.");
    }
    return encrypted ? Optional.of(Tls.trusting(trust)) : Optional.empty();
  }

  private static Endpoint endpoint(String text, boolean encrypted) {
    Matcher form = HOST.matcher(text);
    if (!form.matches()) {
      throw malformed();
    }
    String host = form.group("host");
    String port = form.group("port");
    if (host.isEmpty()) {
      throw new IllegalArgumentException(
          "The RabbitMQ address names no host, or has a comma without one behind it. Write amqp://localhost, amqp://host:port, or several as amqp://host:port,host:port.");
    }
    int usual = encrypted ? TLS_PORT : PORT;
    int number = port == null ? usual : port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
    if (number < 1 || number > 65_535) {
      throw new IllegalArgumentException(
          "The port of the RabbitMQ address is refused. It is not shown, as it may be a password with no '@' and host after it. Give a number from 1 to 65535, or leave it out for "
              + usual + ".");
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
    return (tls.isPresent() ? "amqps://" : "amqp://") + credentials + "@" + hosts() + "/"
        + (vhost.equals("/") ? "" : vhost);
  }
}
