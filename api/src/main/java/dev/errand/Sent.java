package dev.errand;

import static dev.errand.broker.PublishException.Reason.OUTCOME_UNKNOWN;

import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A job handed to the broker, and the answer to come. */
record Sent(Publication publication, CompletableFuture<Receipt> answer) {
  /**
   * Waits for the answer.
   *
   * @throws PublishException when the job was not taken, or may not have been
   */
  Receipt await() {
    try {
      return answer.get();
    } catch (ExecutionException failed) {
      throw asThrown(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new PublishException(
          OUTCOME_UNKNOWN,
          publication,
          "the thread was interrupted while it waited for the broker's answer",
          interrupted);
    }
  }

  /** Its trace is that of the thread that answered; ours would cost each failure a copy. */
  private RuntimeException asThrown(@Nullable Throwable cause) {
    return cause instanceof RuntimeException known
        ? known
        : new PublishException(
            OUTCOME_UNKNOWN, publication, "the broker failed in a way it does not state", cause);
  }
}
