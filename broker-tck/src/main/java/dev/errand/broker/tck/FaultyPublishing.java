package dev.errand.broker.tck;

import static dev.errand.broker.PublishException.Reason.BEYOND_LIMIT;
import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.REJECTED;
import static dev.errand.broker.PublishException.Reason.UNAVAILABLE;
import static dev.errand.broker.PublishException.Reason.UNROUTABLE;

import dev.errand.broker.Broker;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.PublishException.Reason;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a broker makes of what it is to publish. */
final class FaultyPublishing {
  private static final Executor ANSWERING = Executors.newSingleThreadExecutor(work -> {
    Thread thread = new Thread(work, "faulty-answers");
    thread.setDaemon(true);
    return thread;
  });

  private final Broker broker;
  private final Fault fault;
  private final FaultyDeclaring declaring;
  private final List<Publication> lost = new ArrayList<>();
  private final Map<String, CompletableFuture<Void>> answers = new ConcurrentHashMap<>();
  private @Nullable PublishException unroutable;
  private @Nullable Publication overtaken;
  private @Nullable Thread owner;
  private boolean subscribed;
  private int published;
  private Duration latest = Duration.ZERO;

  FaultyPublishing(Broker broker, Fault fault, FaultyDeclaring declaring) {
    this.broker = broker;
    this.fault = fault;
    this.declaring = declaring;
  }

  private boolean has(Fault other) {
    return fault == other;
  }

  synchronized CompletableFuture<Void> publish(Publication publication) {
    return switch (fault) {
      case ANSWERS_EARLY -> {
        send(publication);
        yield CompletableFuture.completedFuture(null);
      }
      case UNROUTABLE_IGNORED ->
        answered(publication, refused -> refused.reason() == UNROUTABLE ? null : refused);
      case LIMITS_UNCHECKED ->
        answered(publication, refused -> refused.reason() == BEYOND_LIMIT ? null : refused);
      case UNAVAILABLE_CALLED_UNKNOWN ->
        answered(
            publication, refused -> changed(refused, publication, UNAVAILABLE, OUTCOME_UNKNOWN));
      case REJECTED_CALLED_UNKNOWN ->
        answered(publication, refused -> changed(refused, publication, REJECTED, OUTCOME_UNKNOWN));
      case UNKNOWN_CALLED_UNAVAILABLE ->
        answered(
            publication, refused -> changed(refused, publication, OUTCOME_UNKNOWN, UNAVAILABLE));
      case OVERTAKES -> overtaking(publication);
      case BOUND_TO_ONE_THREAD -> onOneThread(publication);
      case ANSWERS_ON_ONE_THREAD ->
        broker
            .publish(publication)
            .thenRunAsync(() -> {}, ANSWERING)
            .orTimeout(1, TimeUnit.SECONDS);
      case CONSUMES_UNASKED -> {
        consume(publication.route());
        yield broker.publish(publication);
      }
      case NEXT_FAILS_TOO -> failingNext(publication);
      case SENDS_AGAIN -> sendingAgain(publication);
      case MIXES_UP_IDS ->
        answers.computeIfAbsent(publication.message().id(), id -> broker.publish(publication));
      case SPRAYS -> spraying(publication);
      case REJECTED_BUT_TAKEN ->
        answered(publication, refused -> {
          if (refused.reason() == REJECTED && publication.route() instanceof Route.ToExchange to) {
            declaring
                .bound(to.exchange())
                .forEach(queue -> send(Publication.of(publication.message(), Route.queue(queue))));
          }
          return refused;
        });
      case COPIES_PER_BINDING -> {
        if (publication.route() instanceof Route.ToExchange to) {
          declaring
              .boundTwice(to.exchange())
              .forEach(queue -> send(Publication.of(publication.message(), Route.queue(queue))));
        }
        yield broker.publish(publication);
      }
      case DELAYED_TWICE -> {
        if (publication.delayed()) {
          send(publication);
        }
        yield broker.publish(publication);
      }
      case DELAY_DROPS_PRIORITY ->
        broker.publish(publication.delayed() ? withPriority(publication, 0) : publication);
      case EXCHANGE_DELAY_IGNORED ->
        broker.publish(
            publication.route() instanceof Route.ToExchange
                ? publication.after(Duration.ZERO)
                : publication);
      case PRIORITY_LOST -> broker.publish(withPriority(publication, 0));
      case PRIORITY_RISES -> broker.publish(withPriority(publication, published++ % 32));
      default -> broker.publish(publication.after(changed(publication.delay())));
    };
  }

  /** Publishes, and looks at no answer. */
  private void send(Publication publication) {
    CompletableFuture<Void> unused = broker.publish(publication);
  }

  /** Publishes, and has each refusal changed, or forgiven where the change is null. */
  private CompletableFuture<Void> answered(
      Publication publication, Function<PublishException, @Nullable PublishException> change) {
    return broker.publish(publication).exceptionally(error -> {
      Throwable cause = error instanceof CompletionException ? error.getCause() : error;
      if (!(cause instanceof PublishException refused)) {
        throw new CompletionException(cause);
      }
      PublishException changed = change.apply(refused);
      if (changed != null) {
        throw new CompletionException(changed);
      }
      return null;
    });
  }

  /** The refusal, with the other reason where it has the one. */
  private static PublishException changed(
      PublishException refused, Publication publication, Reason one, Reason other) {
    return refused.reason() == one
        ? new PublishException(other, publication, "It failed", "Wait", refused)
        : refused;
  }

  /** Keeps the message m7 back until the next one is sent. */
  private CompletableFuture<Void> overtaking(Publication publication) {
    if (publication.message().id().equals("m7")) {
      overtaken = publication;
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> answer = broker.publish(publication);
    if (overtaken != null) {
      send(overtaken);
      overtaken = null;
    }
    return answer;
  }

  private CompletableFuture<Void> onOneThread(Publication publication) {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    return Thread.currentThread().equals(owner)
        ? broker.publish(publication)
        : CompletableFuture.failedFuture(new PublishException(
            UNAVAILABLE, publication, "The broker is bound to " + owner, "Use that", null));
  }

  private void consume(Route route) {
    if (!subscribed && route instanceof Route.ToQueue to) {
      subscribed = true;
      Subscription unused = broker.subscribe(to.queue(), 1, delivery -> {});
    }
  }

  private CompletableFuture<Void> failingNext(Publication publication) {
    if (unroutable != null) {
      PublishException former = unroutable;
      unroutable = null;
      return CompletableFuture.failedFuture(former);
    }
    return answered(publication, refused -> {
      unroutable = refused;
      return refused;
    });
  }

  private CompletableFuture<Void> sendingAgain(Publication publication) {
    lost.forEach(this::send);
    lost.clear();
    return answered(publication, refused -> {
      lost.add(publication);
      return refused;
    });
  }

  private CompletableFuture<Void> spraying(Publication publication) {
    for (Queue queue : declaring.queues()) {
      Route other = Route.queue(queue.name());
      if (!other.equals(publication.route())) {
        send(Publication.of(publication.message(), other));
      }
    }
    return broker.publish(publication);
  }

  private static Publication withPriority(Publication publication, int level) {
    return Publication.of(publication.message().copy().priority(level).build(), publication.route())
        .after(publication.delay());
  }

  private Duration changed(Duration delay) {
    if (delay.isNegative()) {
      return has(Fault.NEGATIVE_DELAY_WAITS) ? Duration.ofSeconds(8) : delay;
    }
    if (has(Fault.DELAYS_IN_ORDER) && !delay.isZero()) {
      latest = delay.compareTo(latest) > 0 ? delay : latest.plusMillis(100);
      return latest;
    }
    if (has(Fault.DELAY_LENGTHENED) && !delay.isZero()) {
      return delay.plusSeconds(30);
    }
    return has(Fault.DELAY_HALVED) ? delay.dividedBy(2) : delay;
  }
}
