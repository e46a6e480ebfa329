package dev.errand.examples.documents;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where mail goes: {@code smtp://[user:password@]host[:port]}, 25 when no port is given. What it
 * prints has no password.
 */
public record SmtpAddress(String host, int port, @Nullable Login login) {
  /** The variable of the environment that names a real server. */
  static final String VARIABLE = "DOCUMENTS_SMTP";

  private static final int STANDARD_PORT = 25;

  /** Who sends. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return user + ":***";
    }
  }

  static SmtpAddress local(int port) {
    return new SmtpAddress("127.0.0.1", port, null);
  }

  /** @throws IllegalArgumentException when it is not such an address; the message hides it */
  static SmtpAddress parse(String address) {
    URI uri;
    try {
      uri = new URI(address.strip());
    } catch (URISyntaxException e) {
      // Neither the address nor the cause is shown: both may hold the password.
      throw malformed("has a character that an address cannot hold; write it as %hh");
    }
    if (!"smtp".equals(uri.getScheme())) {
      throw malformed("does not begin with smtp://");
    }
    if (uri.getHost() == null) {
      throw malformed("names no host");
    }
    int port = uri.getPort() == -1 ? STANDARD_PORT : uri.getPort();
    if (port < 1 || port > 65_535) {
      throw malformed("has port " + port + ", outside 1 to 65535");
    }
    return new SmtpAddress(uri.getHost(), port, login(uri.getUserInfo()));
  }

  private static @Nullable Login login(@Nullable String userInfo) {
    if (userInfo == null) {
      return null;
    }
    int colon = userInfo.indexOf(':');
    if (colon < 1) {
      throw malformed("has a user without a password, or a password without a user");
    }
    return new Login(userInfo.substring(0, colon), userInfo.substring(colon + 1));
  }

  private static IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException("The mail server's address in " + VARIABLE + " " + what
        + ". Give it as smtp://host:port or smtp://user:password@host:port.");
  }

  @Override
  public String toString() {
    return "smtp://" + (login == null ? "" : login + "@") + host + ":" + port;
  }
}
