package dev.errand.worker;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Has a worker take no jobs for a while. */
record Pausing(
    Lifecycle lifecycle, Herald herald, List<Intake> intakes, Backlog backlog, Pipeline pipeline) {
  /*
   * Any thread. The state is changed first, and each intake then follows it; so where a pause meets a resume, or a stop, each intake ends as
   * the last of the states wants it, in whatever order they come to it.
   */

  /** As {@link Worker#pause()}. */
  CompletableFuture<Void> pause() {
    if (lifecycle.tryTo(State.PAUSED)) {
      herald.tell(new WorkerEvent.Paused(herald.worker()));
    }
    // Not before all are: what is given back to a queue that we still consume comes at once again.
    return follow().thenRun(this::giveBack);
  }

  private CompletableFuture<Void> follow() {
    return CompletableFuture.allOf(
        intakes.stream().map(Intake::follow).toArray(CompletableFuture<?>[]::new));
  }

  /** What has not begun; after a resume it runs. */
  private void giveBack() {
    if (lifecycle.paused()) {
      backlog.giveBack(each -> true, pipeline::giveBack);
    }
  }

  /** As {@link Worker#resume()}. */
  void resume() {
    if (lifecycle.paused() && lifecycle.tryTo(State.RUNNING)) {
      herald.tell(new WorkerEvent.Resumed(herald.worker()));
    }
    CompletableFuture<Void> unusedAnswer = follow();
  }
}
