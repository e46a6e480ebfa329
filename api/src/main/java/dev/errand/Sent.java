package dev.errand;

import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;

import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.TopologyException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A job handed to the broker.
 *
 * @param answer to come; fails with {@link PublishException}, or with {@link TopologyException}
 *     where the job found nothing to go to, and nothing else
 */
record Sent(Publication publication, CompletableFuture<Receipt> answer) {
  /**
   * Waits for the answer.
   *
   * @throws PublishException when the job was not taken, or may not have been
   * @throws TopologyException when it was not taken, as where it goes could not be declared
   */
  Receipt await() {
    try {
      return answer.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof PublishException refused) {
        throw refused.here();
      }
      if (failed.getCause() instanceof TopologyException refused) {
        throw refused.here();
      }
      throw new AssertionError(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new PublishException(
          OUTCOME_UNKNOWN,
          publication,
          "The thread was interrupted while it waited for the broker's answer",
          "Publish it again where its handler may run twice",
          interrupted);
    }
  }
}
