package dev.errand.worker;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What settles a delivery.
 *
 * @param first its call
 * @param onceMore the call after one whose outcome is unknown, so that two copies may be there
 * @param mayGoBack whether, where it is refused, the delivery may as well be released: it did not
 *     come back, and its job may run twice
 */
record Verb(
    Supplier<CompletableFuture<Void>> first,
    Supplier<CompletableFuture<Void>> onceMore,
    boolean mayGoBack) {
  /** One that makes no copy of ours. */
  static Verb without(Supplier<CompletableFuture<Void>> call) {
    return new Verb(call, call, false);
  }
}
