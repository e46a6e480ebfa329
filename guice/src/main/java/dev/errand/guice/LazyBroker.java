package dev.errand.guice;

import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.broker.UnavailableException;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A broker that is opened at its first use, so that it can be injected before anything may run.
 * What it opened it closes; closed before, it is never opened. {@link #time()} is no use.
 * Thread-safe.
 */
final class LazyBroker implements Broker {
  /*
   * Opening checks an address and returns, so it is done under `this`: of two first uses one opens, and a close either comes before and
   * forbids it or finds what was opened. Nothing else is done under it.
   */
  private final Time time;
  private final Function<Time, Broker> opening;
  private @Nullable Broker opened;
  private boolean closed;

  /** To be opened like this, on this time. */
  LazyBroker(Time time, Function<Time, Broker> opening) {
    this.time = time;
    this.opening = opening;
  }

  /** The broker, opened now if need be; empty when it was closed before it was opened. */
  private synchronized Optional<Broker> used() {
    if (opened == null && !closed) {
      opened = opening.apply(time);
    }
    return Optional.ofNullable(opened);
  }

  private Broker open() {
    return used().orElseThrow(LazyBroker::unused);
  }

  private static UnavailableException unused() {
    return new UnavailableException(
        "The broker was closed before it was used; nothing is done. Use it before its Errand is"
            + " closed, or make another injector.",
        null);
  }

  @Override
  public void ready(Duration atMost) {
    open().ready(atMost);
  }

  @Override
  public Capabilities capabilities() {
    return open().capabilities();
  }

  @Override
  public Time time() {
    return time;
  }

  @Override
  public CompletableFuture<Void> declare(Topology... parts) {
    return used()
        .map(broker -> broker.declare(parts))
        .orElseGet(() -> CompletableFuture.failedFuture(unused()));
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    return used()
        .map(broker -> broker.publish(publication))
        .orElseGet(() -> CompletableFuture.failedFuture(new PublishException(
            PublishException.Reason.UNAVAILABLE,
            publication,
            "The broker was closed before it was used",
            "Use it before its Errand is closed, or make another injector",
            null)));
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    return open().subscribe(queue, prefetch, receiver);
  }

  @Override
  public CompletableFuture<QueueReport> inspect(String queue, int head) {
    return used()
        .map(broker -> broker.inspect(queue, head))
        .orElseGet(() -> CompletableFuture.failedFuture(unused()));
  }

  @Override
  public void close() {
    Broker mine;
    synchronized (this) {
      closed = true;
      mine = opened;
    }
    if (mine != null) {
      mine.close();
    }
  }
}
