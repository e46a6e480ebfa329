package dev.errand.worker.tck;

import dev.errand.Task;
import dev.errand.Upcasters;

/** A task whose payload changed twice and whose name once, in each of its releases. */
final class Bills {
  static final String NAME = "tck.bill";
  static final String FORMER_NAME = "tck.invoice";

  private Bills() {}

  record FirstBill(String order, int euros) {
    SecondBill next() {
      return new SecondBill(order, 100L * euros);
    }
  }

  record SecondBill(String order, long cents) {
    Bill next() {
      return new Bill(order, cents, "EUR");
    }
  }

  record Bill(String order, long amount, String currency) {}

  static Task<FirstBill> first(String queue) {
    return Task.of(NAME, FirstBill.class).on(queue);
  }

  static Task<SecondBill> second(String queue) {
    return Task.of(NAME, SecondBill.class)
        .on(queue)
        .version(2, Upcasters.from(1, FirstBill.class, FirstBill::next));
  }

  static Task<Bill> today(String queue) {
    return Task.of(NAME, Bill.class)
        .on(queue)
        .alias(FORMER_NAME)
        .version(
            3,
            Upcasters.from(1, FirstBill.class, FirstBill::next)
                .then(SecondBill.class, SecondBill::next));
  }
}
