package dev.errand.worker;

import dev.errand.TaskContext;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a handler sees of its job. */
record RunningJob(Bound bound, Lifecycle lifecycle) implements TaskContext {
  @Override
  public String id() {
    return bound.job().id();
  }

  @Override
  public String task() {
    return bound.job().task();
  }

  @Override
  public String queue() {
    return bound.job().queue();
  }

  @Override
  public int attempt() {
    return bound.job().attempt();
  }

  @Override
  public @Nullable Instant enqueuedAt() {
    return bound.enqueuedAt();
  }

  @Override
  public Map<String, Object> headers() {
    return bound.delivery().message().headers();
  }

  @Override
  public boolean stopping() {
    return lifecycle.stopping();
  }

  /** Which job it is, for logs. */
  @Override
  public String toString() {
    return bound.job().toString();
  }
}
