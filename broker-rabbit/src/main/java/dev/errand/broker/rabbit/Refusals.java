package dev.errand.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import dev.errand.broker.TopologyException;
import dev.errand.broker.TopologyException.Reason;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what the server or the client library says when something is refused. */
final class Refusals {
  private static final Pattern INEQUIVALENT = Pattern.compile(
      "inequivalent arg '([^']+)' for .*: received (.*) but current is (.*)", Pattern.DOTALL);

  private Refusals() {}

  /** The server's reply code; 0 where it gave none. */
  static int code(@Nullable Throwable error) {
    Method method = method(error);
    if (method instanceof AMQP.Channel.Close close) {
      return close.getReplyCode();
    }
    return method instanceof AMQP.Connection.Close close ? close.getReplyCode() : 0;
  }

  /** Whether the server closed the channel alone, and the connection stands. */
  static boolean ofChannel(@Nullable Throwable error) {
    return method(error) instanceof AMQP.Channel.Close;
  }

  /** What the server said, or the error's own words. */
  static String text(Throwable error) {
    Method method = method(error);
    if (method instanceof AMQP.Channel.Close close) {
      return close.getReplyText();
    }
    if (method instanceof AMQP.Connection.Close close) {
      return close.getReplyText();
    }
    Throwable root = root(error);
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private static @Nullable Method method(@Nullable Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal) {
        return signal.getReason();
      }
    }
    return null;
  }

  private static Throwable root(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** Whether another attempt to connect fails likewise until somebody changes something. */
  static boolean forGood(Throwable error) {
    // A socket that ends during the login is only a possible authentication failure.
    return error instanceof AuthenticationFailureException
        || code(error) == AMQP.NOT_ALLOWED
        || code(error) == AMQP.ACCESS_REFUSED;
  }

  /** Why there is no connection, and what to do. */
  static String ofConnection(Throwable error, RabbitAddress address) {
    String where = "RabbitMQ at " + address.endpoint();
    String user = address.credentials().user();
    if (error instanceof AuthenticationFailureException || code(error) == AMQP.ACCESS_REFUSED) {
      return where + " refused the credentials of user '" + user
          + "'; correct user and password in the address (guest may connect from the server's own machine only)";
    }
    if (code(error) == AMQP.NOT_ALLOWED) {
      String vhost = address.vhost();
      return where + " refused virtual host '" + vhost + "' to user '" + user + "' (" + text(error)
          + "); create it with 'rabbitmqctl add_vhost " + vhost
          + "', or allow it with 'rabbitmqctl set_permissions', or correct the address";
    }
    if (root(error) instanceof UnknownHostException) {
      return "host '" + address.endpoint().host()
          + "' is unknown; correct the address, or the name service";
    }
    if (error instanceof ConnectException) {
      return where + " does not accept connections (" + text(error)
          + "); start the server, or correct host and port";
    }
    if (error instanceof TimeoutException) {
      return where
          + " did not answer within the connect time-out; look whether it is overloaded, or something else listens there";
    }
    return where + " could not be reached: " + text(error);
  }

  /** Why a part could not be declared, from the server's answer. */
  static TopologyException ofPart(String part, Throwable error) {
    Matcher difference = INEQUIVALENT.matcher(text(error));
    if (difference.find()) {
      return new TopologyException(
          Reason.DIFFERENT,
          part,
          "argument '" + difference.group(1) + "' is wanted as " + difference.group(2)
              + ", found on the server is " + difference.group(3)
              + "; somebody declared it otherwise: use its arguments, or another name, or delete it when it is empty",
          error);
    }
    return switch (code(error)) {
      case AMQP.NOT_FOUND ->
        new TopologyException(Reason.MISSING, part, text(error) + "; declare it first", error);
      case AMQP.ACCESS_REFUSED ->
        new TopologyException(
            Reason.FORBIDDEN,
            part,
            text(error) + "; have the permission granted with 'rabbitmqctl set_permissions'",
            error);
      default -> new TopologyException(Reason.UNSUPPORTED, part, text(error), error);
    };
  }
}
