package dev.errand.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import dev.errand.broker.TopologyException;
import dev.errand.broker.TopologyException.Reason;
import dev.errand.time.DurationText;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
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
        || TlsRefusals.ofCertificate(error)
        || code(error) == AMQP.NOT_ALLOWED
        || code(error) == AMQP.ACCESS_REFUSED;
  }

  /** Why there is no connection, and what to do. */
  static Trouble ofConnection(Throwable error, RabbitAddress address) {
    String where = "RabbitMQ at " + address.endpoint();
    String user = address.credentials().user();
    if (error instanceof AuthenticationFailureException || code(error) == AMQP.ACCESS_REFUSED) {
      return new Trouble(
          where + " refused the credentials of user '" + user + "'",
          "Correct user and password in the address (guest may connect from the server's own machine only)");
    }
    if (code(error) == AMQP.NOT_ALLOWED) {
      return ofVirtualHost(where, text(error), address);
    }
    if (root(error) instanceof UnknownHostException) {
      return new Trouble(
          "The host '" + address.endpoint().host() + "' of RabbitMQ is unknown",
          "Correct the address, or the name service");
    }
    if (error instanceof ConnectException) {
      return new Trouble(
          where + " does not accept connections (" + text(error) + ")",
          "Start the server, or correct host and port in the address");
    }
    if (root(error) instanceof MalformedFrameException) {
      return new Trouble(
          where + " does not answer in AMQP",
          "Write amqps:// in the address where it listens for TLS, or correct host and port");
    }
    if (error instanceof TimeoutException || root(error) instanceof SocketTimeoutException) {
      return new Trouble(
          where + " did not answer within the connect time-out",
          "Look whether the server is overloaded, or something else listens there");
    }
    return TlsRefusals.reason(error, where)
        .orElseGet(() -> new Trouble(
            where + " could not be reached: " + text(error),
            "Look into the server's log, and whether it is a RabbitMQ at all"));
  }

  /** Why there is no connection again: host and port have proved right. */
  static Trouble ofReconnection(Throwable error, RabbitAddress address) {
    return error instanceof ConnectException
        ? new Trouble(
            "RabbitMQ at " + address.endpoint() + " accepts no connections any more (" + text(error)
                + "). It is tried again by itself",
            "Start the server again, or look at the network")
        : ofConnection(error, address);
  }

  /** Why a virtual host is not to be had. */
  private static Trouble ofVirtualHost(String where, String said, RabbitAddress address) {
    String vhost = address.vhost();
    String answer = " '" + vhost + "' for user '" + address.credentials().user() + "'. It says: ";
    return said.contains("not found")
        ? new Trouble(
            where + " has no virtual host" + answer + said,
            "Create it with 'rabbitmqctl add_vhost " + vhost + "', or correct the address")
        : new Trouble(
            where + " refused virtual host" + answer + said,
            "Allow it with 'rabbitmqctl set_permissions', or correct the address");
  }

  /** Why what stands on a new connection is not there. */
  static Trouble ofRebuilding(Throwable error, RabbitAddress address) {
    return new Trouble(
        "RabbitMQ at " + address.endpoint()
            + " took the connection, but not what is to stand on it. The reason: " + text(error),
        "Look into the server's log if this lasts");
  }

  /** Why a connection that stood is there no more. */
  static Trouble ofLoss(Throwable cause, RabbitAddress address) {
    return new Trouble(
        "The connection to RabbitMQ at " + address.endpoint() + " is lost (" + text(cause)
            + "). It is made again by itself",
        "Look at the server and the network if this lasts");
  }

  /** Why a part could not be declared, from the server's answer. */
  static TopologyException ofPart(String part, Throwable error) {
    Matcher difference = INEQUIVALENT.matcher(text(error));
    if (difference.find()) {
      return TopologyException.different(
          part, difference.group(1), difference.group(2), difference.group(3), error);
    }
    return switch (code(error)) {
      case AMQP.NOT_FOUND ->
        new TopologyException(
            Reason.MISSING,
            part,
            "There is no " + part + " on the server. It says: " + text(error),
            "Declare it first",
            error);
      case AMQP.ACCESS_REFUSED ->
        new TopologyException(
            Reason.FORBIDDEN,
            part,
            "The server does not allow us to declare " + part + ". It says: " + text(error),
            "Have the permission granted with 'rabbitmqctl set_permissions'",
            error);
      default ->
        new TopologyException(
            Reason.UNSUPPORTED,
            part,
            "The server cannot declare " + part + ". It says: " + text(error),
            "Declare it as this server can, or take a newer one",
            error);
    };
  }

  /** Why a queue cannot be looked into. */
  static TopologyException ofLook(String queue, Throwable error) {
    return switch (code(error)) {
      case AMQP.NOT_FOUND -> TopologyException.notFound(queue, error);
      case AMQP.ACCESS_REFUSED ->
        new TopologyException(
            Reason.FORBIDDEN,
            "queue '" + queue + "'",
            "The server does not allow us to look into queue '" + queue + "'. It says: "
                + text(error),
            "Have the permission granted with 'rabbitmqctl set_permissions'",
            error);
      default -> ofPart("queue '" + queue + "'", error);
    };
  }

  /**
   * Why a queue is not consumed.
   *
   * @param believed what the address says of the server's consumer time-out
   */
  static Trouble ofConsumer(String queue, Throwable error, Duration believed) {
    return switch (code(error)) {
      case AMQP.NOT_FOUND ->
        new Trouble(
            "There is no queue '" + queue + "' to consume. The server says: " + text(error),
            "Have it declared; what was declared by this process is made again by itself");
      case AMQP.ACCESS_REFUSED ->
        new Trouble(
            "The server does not allow us to consume queue '" + queue + "'. It says: "
                + text(error),
            "Have the permission granted with 'rabbitmqctl set_permissions'");
      default ->
        new Trouble(
            "Queue '" + queue + "' cannot be consumed: " + text(error),
            text(error).contains("timed out")
                ? "Give jobs longer by the server's consumer_timeout, or let the prefetch be smaller;"
                    + " and where it is not "
                    + DurationText.of(believed)
                    + ", say so in the address, by ?consumer-timeout=TIME"
                : "Look at the queue on the server if this lasts");
    };
  }
}
