package dev.errand.broker;

import static dev.errand.broker.PublishException.Reason.BEYOND_LIMIT;

import dev.errand.time.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The limits of the connected server, as data: each is exact, its maximum is accepted and one more
 * is refused at the call.
 *
 * @param server name and version, for people, such as {@code RabbitMQ 3.10.8}
 * @param maxBodyBytes the largest body
 * @param maxDelay the longest delay
 * @param delayStep delays are rounded up to it
 * @param durability the most that a queue's messages survive. A server of one node that keeps them
 *     over its restart says {@link Queue.Durability#REPLICATED}: it has no other node to lose them
 *     with. {@link Queue.Durability#DURABLE} is for one that loses messages with one node of three;
 *     it refuses a queue that asks for more, as {@link Queue#named} does
 * @param priorities how many levels a queue of each durability may have; 0, or no entry, where it
 *     can have none
 * @param consumerTimeout how long a consumer may hold a delivery before the server takes it for
 *     lost; empty where it waits for ever
 */
public record Capabilities(
    String server,
    int maxBodyBytes,
    Duration maxDelay,
    Duration delayStep,
    Queue.Durability durability,
    Map<Queue.Durability, Integer> priorities,
    Optional<Duration> consumerTimeout) {
  /**
   * The longest text of a message (id, type, content type, correlation id, reply address,
   * application) in bytes of UTF-8: AMQP's short string.
   */
  public static final int MAX_TEXT_BYTES = 255;

  /**
   * The longest routing key in bytes of UTF-8: AMQP's short string, less the room that delays take
   * in front.
   */
  public static final int MAX_KEY_BYTES = 200;

  /**
   * The most bytes of all headers of a publication, as AMQP 0-9-1 writes them: half a frame of
   * RabbitMQ's usual size, which leaves a copy room for more.
   */
  public static final int MAX_HEADER_BYTES = 65_536;

  /**
   * The most bytes of all headers of a copy: RabbitMQ's frame of 128 KiB, less 8 KiB for the
   * message's texts and for what the server adds as it moves the copy. Nearly twice
   * {@link #MAX_HEADER_BYTES}, so that whatever was published can be copied with a failure's facts.
   */
  public static final int MAX_COPY_HEADER_BYTES = 122_880;

  /** The most deliveries of one subscription that are unsettled: more would only hoard. */
  public static final int MAX_PREFETCH = 1_000;

  private static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);
  private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

  /** Copies the priorities. */
  public Capabilities {
    Objects.requireNonNull(server);
    Objects.requireNonNull(maxDelay);
    Objects.requireNonNull(delayStep);
    Objects.requireNonNull(durability);
    Objects.requireNonNull(consumerTimeout);
    priorities = Map.copyOf(priorities);
  }

  /** Of a server that waits for ever for who holds a delivery. */
  public Capabilities(
      String server,
      int maxBodyBytes,
      Duration maxDelay,
      Duration delayStep,
      Queue.Durability durability,
      Map<Queue.Durability, Integer> priorities) {
    this(server, maxBodyBytes, maxDelay, delayStep, durability, priorities, Optional.empty());
  }

  /**
   * Holds a prefetch against its limit.
   *
   * @throws IllegalArgumentException when it is not 1 to {@value #MAX_PREFETCH}
   */
  public static void checkPrefetch(String queue, int prefetch) {
    if (prefetch < 1 || prefetch > MAX_PREFETCH) {
      throw new IllegalArgumentException("Prefetch " + prefetch + " for queue '" + queue
          + "' is out of range. Give 1 to " + MAX_PREFETCH + ".");
    }
  }

  /**
   * Holds a publication against every limit.
   *
   * @throws PublishException {@link PublishException.Reason#BEYOND_LIMIT} with the value, its limit
   *     and what to do
   */
  public void check(Publication publication) {
    int bytes = publication.message().body().length;
    if (bytes > maxBodyBytes) {
      throw beyond(
          publication,
          "A body of " + bytes + " bytes is too large: at most " + maxBodyBytes + " are allowed",
          "Store the content elsewhere and send a reference");
    }
    check(publication, MAX_HEADER_BYTES);
    int levels = priorities.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    // Where there are none, a priority means nothing and does no harm.
    if (levels > 0 && publication.message().priority() >= levels) {
      throw PublishException.beyondLevels(publication, levels);
    }
  }

  /**
   * As {@link #check}, but for what may have arrived so: the body of a copy has no limit, its
   * priority is any, and its headers have {@link #MAX_COPY_HEADER_BYTES}.
   *
   * @throws PublishException as {@link #check}
   */
  public void checkCopy(Publication publication) {
    check(publication, MAX_COPY_HEADER_BYTES);
  }

  private void check(Publication publication, int mostHeaderBytes) {
    Message message = publication.message();
    checkHeaderBytes(publication, mostHeaderBytes);
    checkText(publication, "id", message.id(), MAX_TEXT_BYTES);
    checkText(publication, "type", message.type(), MAX_TEXT_BYTES);
    checkText(publication, "content type", message.contentType(), MAX_TEXT_BYTES);
    checkText(publication, "correlation id", message.correlationId(), MAX_TEXT_BYTES);
    checkText(publication, "reply address", message.replyTo(), MAX_TEXT_BYTES);
    checkText(publication, "application", message.appId(), MAX_TEXT_BYTES);
    checkRoute(publication);
    checkInstant(publication, "timestamp", message.timestamp());
    checkHeaders(publication, message.headers());
    if (publication.delay().compareTo(maxDelay) > 0) {
      throw beyond(
          publication,
          "A delay of " + DurationText.of(publication.delay()) + " is too long: at most "
              + DurationText.of(maxDelay) + " is held",
          "Keep the job elsewhere until it is nearer");
    }
  }

  private static void checkRoute(Publication publication) {
    // A delay's destination is part of its key. A foreign name may be longer than ours, while it
    // takes no delay.
    int most = publication.delayed() ? MAX_KEY_BYTES : MAX_TEXT_BYTES;
    if (publication.route() instanceof Route.ToExchange through) {
      checkText(publication, "exchange name", through.exchange(), most);
      checkText(publication, "routing key", through.key(), MAX_KEY_BYTES);
    } else if (publication.route() instanceof Route.ToQueue to) {
      checkText(publication, "queue name", to.queue(), most);
    }
  }

  private static void checkText(
      Publication publication, String what, @Nullable String text, int most) {
    // A char has at most three bytes of UTF-8: most texts need no count.
    if (text != null && text.length() * 3L > most && Utf8.length(text) > most) {
      throw beyond(
          publication,
          "The " + what + " has " + Utf8.length(text) + " bytes of UTF-8, at most " + most
              + " are allowed",
          "Shorten it");
    }
  }

  private static void checkHeaderBytes(Publication publication, int most) {
    long bytes = HeaderValues.bytes(publication.message().headers());
    if (bytes > most) {
      throw beyond(
          publication,
          "The headers have " + bytes + " bytes, at most " + most + " are allowed",
          "Move what is large into the body");
    }
  }

  private static void checkHeaders(Publication publication, Map<String, Object> headers) {
    for (String name : headers.keySet()) {
      checkText(publication, "header name '" + name + "'", name, MAX_TEXT_BYTES);
    }
    headers.forEach((name, value) -> checkInstant(publication, "header '" + name + "'", value));
  }

  private static void checkInstant(Publication publication, String what, @Nullable Object value) {
    if (value instanceof List<?> list) {
      list.forEach(each -> checkInstant(publication, what, each));
    } else if (value instanceof Instant instant
        && (instant.isBefore(EARLIEST) || instant.isAfter(LATEST))) {
      throw beyond(
          publication,
          "The " + what + " is " + instant + ", which 64 bits of milliseconds do not reach",
          "Take a nearer one");
    }
  }

  private static PublishException beyond(Publication publication, String what, String remedy) {
    return new PublishException(BEYOND_LIMIT, publication, what, remedy, null);
  }
}
