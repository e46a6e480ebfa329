package dev.errand.broker.inmemory;

import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;
import static dev.errand.broker.PublishException.Reason.UNAVAILABLE;

import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The way of a handle's messages to the server, until each is answered. */
final class Publisher {
  private final Server server;
  private final Connection connection;
  private final Duration timeout;
  private final Consumer<Publication> route;
  // Guarded by the server's lock. Whoever takes an entry out ends it, so each ends once.
  private final Set<Unconfirmed> unconfirmed = new LinkedHashSet<>();

  /** A message that is not yet answered, known by its identity. */
  private static final class Unconfirmed {
    private final Publication publication;
    private final CompletableFuture<Void> future = new CompletableFuture<>();

    private Unconfirmed(Publication publication) {
      this.publication = publication;
    }
  }

  /**
   * Of one handle.
   *
   * @param route puts a message where it goes, or refuses it
   */
  Publisher(Server server, Connection connection, Duration timeout, Consumer<Publication> route) {
    this.server = server;
    this.connection = connection;
    this.timeout = timeout;
    this.route = route;
  }

  /** As {@link dev.errand.broker.Broker#publish}. */
  CompletableFuture<Void> publish(Publication publication) {
    Unconfirmed pending = new Unconfirmed(publication);
    try {
      awaitAdmission(publication);
      Server.CAPABILITIES.check(publication);
      server.run(() -> server.topology().checkLevel(publication));
    } catch (PublishException refused) {
      pending.future.completeExceptionally(refused);
      return pending.future;
    }
    server.run(() -> {
      unconfirmed.add(pending);
      if (connection.isConnected() && !connection.isClosed()) {
        server.reach(() -> arrive(pending));
      } else {
        // Lost or closed since it was waited for.
        fail(pending, notConnected(publication));
      }
    });
    if (!pending.future.isDone()) {
      PublishException late = PublishException.unanswered(publication, timeout);
      server.later(timeout, () -> server.run(() -> fail(pending, late)));
    }
    return pending.future;
  }

  /** Waits for a connection, and until publishers are admitted, both within one time-out. */
  private void awaitAdmission(Publication publication) {
    long deadline = server.time().nanoTime() + timeout.toNanos();
    if (!connection.await(timeout)) {
      throw notConnected(publication);
    }
    CompletableFuture<?> over = server.change(
        () -> CompletableFuture.anyOf(server.admission().admitted(), connection.end()));
    if (!server.await(over, Duration.ofNanos(deadline - server.time().nanoTime()))) {
      throw PublishException.blocked(publication, timeout);
    }
  }

  private PublishException notConnected(Publication publication) {
    String why = connection.reason();
    return new PublishException(
        UNAVAILABLE, publication, why.substring(0, why.length() - 1), connection.remedy(), null);
  }

  // While the server's lock is held.

  /** Routes it, and confirms when confirmations flow. */
  private void arrive(Unconfirmed pending) {
    if (!unconfirmed.contains(pending)) {
      // Its connection was lost on the way.
      return;
    }
    try {
      route.accept(pending.publication);
      server.confirm(() -> confirm(pending));
    } catch (PublishException refused) {
      fail(pending, refused);
    }
  }

  private void fail(Unconfirmed pending, PublishException why) {
    if (unconfirmed.remove(pending)) {
      server.afterwards(() -> pending.future.completeExceptionally(why));
    }
  }

  /** The connection is lost: what is unanswered stays so. */
  void lose() {
    for (Unconfirmed each : List.copyOf(unconfirmed)) {
      fail(
          each,
          new PublishException(
              OUTCOME_UNKNOWN,
              each.publication,
              "The connection was lost before the broker answered",
              "Publish it again where its handler may run twice",
              null));
    }
  }

  // Without it.

  private void confirm(Unconfirmed pending) {
    if (server.change(() -> unconfirmed.remove(pending))) {
      pending.future.complete(null);
    }
  }
}
