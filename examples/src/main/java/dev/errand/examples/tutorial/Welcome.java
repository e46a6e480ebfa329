package dev.errand.examples.tutorial;

// @start region="file"
import dev.errand.Task;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;

/** A mail that welcomes a customer. */
public record Welcome(String email) {
  static final Task<Welcome> SEND = Task.of("mails.welcome", Welcome.class)
      .on("mails")
      .retrying(RetryPolicy.every(Duration.ofSeconds(2)).attempts(3));
}
// @end
