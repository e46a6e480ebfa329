package dev.errand.contract.rabbit.operators;

import dev.errand.Task;
import dev.errand.broker.Exchange;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;

/** The application of the page: jobs of a queue, and jobs through an exchange. */
final class Shop {
  private static final RetryPolicy ONE_RETRY =
      RetryPolicy.every(Duration.ofMillis(100)).attempts(2);

  /** What its jobs are about. */
  record Upload(String file) {}

  static final Exchange UPLOADS = Exchange.topic("uploads");

  static final Task<Upload> RENDER =
      Task.of("shop.render", Upload.class).on("documents").retrying(ONE_RETRY);

  static final Task<Upload> UPLOADED =
      Task.of("shop.uploaded", Upload.class).through(UPLOADS, "upload.text").retrying(ONE_RETRY);

  private Shop() {}
}
