package dev.errand;

import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Route;
import dev.errand.codec.PayloadCodec;
import dev.errand.codec.WireFormat;
import dev.errand.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns payloads of one task into publications, by {@link WireFormat}. */
final class Encoder<P> {
  private static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);
  private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

  private final Task<P> task;
  private final Home<P> home;
  private final Route queue;
  private final PayloadCodec codec;
  private final int maxPayload;
  private final Time time;

  Encoder(Task<P> task, PayloadCodec codec, int maxPayload, Time time) {
    this.task = task;
    this.home = task.home();
    this.queue = Route.queue(home instanceof Home.ToQueue<P> to ? to.queue().name() : "");
    this.codec = codec;
    this.maxPayload = maxPayload;
    this.time = time;
  }

  /** The payload, which a caller without null checks may have left out. */
  static <P> P given(Task<P> task, P payload) {
    return Objects.requireNonNull(
        payload,
        () -> "A payload of task '" + task.name()
            + "' is null. Nothing was sent. Give a value, an empty record where there is nothing to"
            + " say.");
  }

  Publication encode(P payload, EnqueueOptions options) {
    given(task, payload);
    byte[] body = codec.write(payload, task.payload());
    Instant now = time.instant();
    Duration delay = delay(options.start(), now);
    boolean delayed = !delay.isZero() && !delay.isNegative();
    String id = options.id();
    Message.Builder message = Message.of(id == null ? UUID.randomUUID().toString() : id, body)
        .type(task.name())
        .contentType(codec.contentType())
        .timestamp(now)
        .priority(options.priority())
        .correlationId(options.correlationId());
    addHeaders(message, payload, options);
    if (task.version() > 1) {
      message.header(WireFormat.PAYLOAD_VERSION, task.version());
    }
    message.header(WireFormat.ENQUEUED_AT, now.toEpochMilli());
    long due = delayed ? later(now, delay) : now.toEpochMilli();
    if (delayed) {
      message.header(WireFormat.DUE_AT, due);
    }
    addExpiry(message, options.expiry(), now, due);
    Publication publication = Publication.of(message.build(), route(payload));
    checkSize(publication);
    return delayed ? publication.after(delay) : publication;
  }

  private void addHeaders(Message.Builder message, P payload, EnqueueOptions options) {
    if (!options.headers().isEmpty()) {
      message.headers(options.headers());
    }
    if (home instanceof Home.ToQueue<P> to) {
      message.header(WireFormat.QUEUE, to.queue().name());
    } else if (home instanceof Home.Through<P> through) {
      through.headersOf().apply(payload).forEach(message::header);
    }
  }

  private Route route(P payload) {
    if (!(home instanceof Home.Through<P> through)) {
      return queue;
    }
    // A function of the caller's: its null is not ruled out by its type.
    @Nullable String key = through.keyOf().apply(payload);
    if (key == null) {
      throw new IllegalArgumentException("The key function of the " + task
          + " gave null for a payload. Nothing was sent. Let it give a key for every payload.");
    }
    return Route.exchange(through.exchange(), key);
  }

  private void addExpiry(Message.Builder message, Expiry expiry, Instant now, long due) {
    if (expiry instanceof Expiry.Never) {
      return;
    }
    long expires = expiry instanceof Expiry.At at
        ? millis(at.instant())
        : later(now, ((Expiry.After) expiry).life());
    if (expires <= due) {
      throw new IllegalArgumentException("A job would have expired when it is due. It is of the "
          + task + ", is due at " + Instant.ofEpochMilli(due) + ", and expires at "
          + Instant.ofEpochMilli(expires)
          + ". Nothing was sent. Let it expire later, or start sooner.");
    }
    message.header(WireFormat.EXPIRES_AT, expires);
  }

  /** The nearest that 64 bits of milliseconds hold. */
  private static long millis(Instant instant) {
    if (instant.isBefore(EARLIEST)) {
      return Long.MIN_VALUE;
    }
    return instant.isAfter(LATEST) ? Long.MAX_VALUE : instant.toEpochMilli();
  }

  /** A delay beyond what 64 bits of milliseconds hold is the broker's to refuse, with its limit. */
  private static long later(Instant now, Duration delay) {
    return delay.compareTo(Duration.between(now, LATEST)) > 0
        ? Long.MAX_VALUE
        : now.plus(delay).toEpochMilli();
  }

  private static Duration delay(Start start, Instant now) {
    if (start instanceof Start.After after) {
      return after.delay();
    }
    return start instanceof Start.At at ? Duration.between(now, at.due()) : Duration.ZERO;
  }

  private void checkSize(Publication publication) {
    int bytes = publication.message().body().length;
    if (bytes > maxPayload) {
      throw new PublishException(
          PublishException.Reason.BEYOND_LIMIT,
          publication,
          "A payload of task '" + task.name() + "' has " + bytes + " bytes, at most " + maxPayload
              + " may be enqueued",
          "Store the content elsewhere and send a reference, or raise TaskClient.maxPayload",
          null);
    }
  }
}
