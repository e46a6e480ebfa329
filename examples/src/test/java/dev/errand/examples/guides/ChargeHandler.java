package dev.errand.examples.guides;

import dev.errand.TaskContext;
import dev.errand.TaskHandler;

/** Charges a card at someone else's service. */
final class ChargeHandler implements TaskHandler<ChargeHandler.ChargeCard> {
  record ChargeCard(String order, String card, long cents) {}

  /** What a payment service offers: a second call with the same key answers as the first did. */
  @FunctionalInterface
  interface Payments {
    void charge(String card, long cents, String idempotencyKey);
  }

  private final Payments payments;

  ChargeHandler(Payments payments) {
    this.payments = payments;
  }

  // @start region="external"
  @Override
  public void handle(ChargeCard payload, TaskContext job) {
    payments.charge(payload.card(), payload.cents(), /* idempotency key */ job.id());
  }
  // @end
}
