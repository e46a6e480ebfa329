package dev.errand.broker.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.Capabilities;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.time.DurationText;
import dev.errand.time.Scheduler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what is due and goes through one exchange from the relay queue, and sends it on as if it
 * were sent now: the copy is confirmed, then the original acknowledged.
 */
final class Relay implements Receiver {
  /*
   * Deliveries come on the client's threads, one at a time; their verbs end on the answering thread; the timer brings back what is tried again.
   * `this` guards the subscription, the refusals and the end. It is not held while a subscription is ended, as whoever delivers has that one's turn.
   *
   * What cannot be routed is parked, and so is what a queue behind the exchange refuses: the others have their copies by then, and each further
   * attempt would give them one more. What is not allowed is given back by ending the subscription, so that any other broker which may can take
   * it; ours comes again after a pause that grows, as each return counts towards the queue's limit. What finds no connection, or no answer, is
   * kept in hand and tried again.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final int PREFETCH = 100;
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final String exchange;
  private final String queue;
  private final ConsumeSide side;
  private final Scheduler timer;
  private final Set<CompletableFuture<Void>> onTheirWay = ConcurrentHashMap.newKeySet();
  private @Nullable RabbitSubscription subscription;
  private int refusals;
  private int rests;
  private CompletableFuture<Void> resting = CompletableFuture.completedFuture(null);
  private boolean ended;

  Relay(String exchange, ConsumeSide side, Scheduler timer) {
    this.exchange = exchange;
    this.queue = ServerParts.RELAY + exchange;
    this.side = side;
    this.timer = timer;
  }

  /** Begins, or goes on after a rest. */
  synchronized void open() {
    if (!ended && subscription == null) {
      subscription = side.relay(queue, PREFETCH, this);
    }
  }

  @Override
  public void receive(Delivery delivery) {
    if (delivery instanceof RabbitDelivery due) {
      send(due);
    }
  }

  private void send(RabbitDelivery due) {
    if (hasEnded()) {
      return;
    }
    replace(due, onItsWay(due), () -> {}, refused -> notSent(due, refused));
  }

  private Publication onItsWay(RabbitDelivery due) {
    return Publication.of(due.message(), new Route.ToExchange(exchange, due.dueKey()));
  }

  private void park(RabbitDelivery due, PublishException why) {
    if (hasEnded()) {
      return;
    }
    Message marked = onItsWay(due)
        .parked(
            why.reason() == PublishException.Reason.PARTLY_REJECTED ? "rejected" : "unroutable");
    // By its own key, so that who moves it on finds that there; but it may be what is too long.
    boolean fits = due.dueKey().getBytes(UTF_8).length <= Capabilities.MAX_KEY_BYTES;
    Route aside = new Route.ToExchange(ServerParts.UNROUTABLE, fits ? due.dueKey() : "");
    replace(
        due,
        Publication.of(marked, aside),
        () -> parked(why),
        refused -> notParked(due, why, refused));
  }

  @SuppressWarnings("UndefinedEquals") // each verb is itself
  private void replace(
      RabbitDelivery due, Publication copy, Runnable done, Consumer<PublishException> failed) {
    CompletableFuture<Void> verb = due.replace(copy);
    onTheirWay.add(verb);
    CompletableFuture<Void> unusedChain = verb.whenComplete((none, error) -> {
      onTheirWay.remove(verb);
      Throwable cause = error instanceof CompletionException ? error.getCause() : error;
      if (cause == null) {
        done.run();
      } else if (cause instanceof PublishException refused) {
        failed.accept(refused);
      }
      // Else it is gone, and comes again.
    });
  }

  private void parked(PublishException why) {
    LOG.warn(
        "What was delayed through exchange '{}' is parked in '{}'. {}",
        exchange,
        ServerParts.UNROUTABLE,
        why.getMessage());
  }

  private void notSent(RabbitDelivery due, PublishException refused) {
    switch (refused.reason()) {
      case UNROUTABLE, BEYOND_LIMIT, PARTLY_REJECTED -> park(due, refused);
      case REJECTED -> rest(refused);
      case UNAVAILABLE, OUTCOME_UNKNOWN -> timer.after(AGAIN, () -> send(due));
    }
  }

  private void notParked(RabbitDelivery due, PublishException why, PublishException refused) {
    switch (refused.reason()) {
      case UNROUTABLE, REJECTED, PARTLY_REJECTED -> rest(refused);
      // Given back it would come again and stop all behind it: it keeps its place of the prefetch.
      case BEYOND_LIMIT ->
        LOG.error(
            "What is due through exchange '{}' can neither be sent on nor parked, and stays in queue '{}'. {}",
            exchange,
            queue,
            refused.getMessage());
      case UNAVAILABLE, OUTCOME_UNKNOWN -> timer.after(AGAIN, () -> park(due, why));
    }
  }

  /** Gives all back, and takes it again after a pause. */
  private void rest(PublishException why) {
    RabbitSubscription over;
    Duration pause;
    int rest;
    CompletableFuture<Void> given = new CompletableFuture<>();
    synchronized (this) {
      over = subscription;
      if (over == null || ended) {
        return;
      }
      subscription = null;
      pause = pauseAfter(++refusals);
      rest = ++rests;
      resting = given;
    }
    LOG.warn(
        "What is due through exchange '{}' stays in queue '{}' for any broker that can send it on, and is tried again here in {}. {}",
        exchange,
        queue,
        DurationText.of(pause),
        why.getMessage());
    // What is on its way first: ended under it, it would come back and go on its way once more.
    CompletableFuture<Void> unused = over.pause()
        .thenCompose(paused -> settled())
        .thenCompose(settled -> over.end())
        .whenComplete((none, error) -> {
          given.complete(null);
          timer.after(pause, this::open);
          timer.after(pause.plus(LONGEST_REST), () -> calm(rest));
        });
  }

  /** The next refusal is the first again, unless there was another rest since this one. */
  private synchronized void calm(int rest) {
    if (rests == rest) {
      refusals = 0;
    }
  }

  /** A second, and twice as long each time. */
  private static Duration pauseAfter(int refusals) {
    Duration doubled = Duration.ofSeconds(1L << Math.min(refusals - 1, 10));
    return doubled.compareTo(LONGEST_REST) < 0 ? doubled : LONGEST_REST;
  }

  /** Takes nothing more; the future completes when nothing is on its way any more, and it ended. */
  CompletableFuture<Void> stop() {
    RabbitSubscription last;
    CompletableFuture<Void> given;
    synchronized (this) {
      ended = true;
      last = subscription;
      given = resting;
    }
    CompletableFuture<Void> over = last == null
        ? settled()
        : last.pause().thenCompose(paused -> settled()).thenCompose(settled -> last.end());
    return CompletableFuture.allOf(given, over);
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  private CompletableFuture<Void> settled() {
    CompletableFuture<?>[] rest = onTheirWay.stream()
        .map(verb -> verb.handle((none, error) -> true))
        .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(rest);
  }
}
