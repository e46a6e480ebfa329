package dev.errand.guice;

import com.google.inject.ProvisionException;
import com.google.inject.spi.Message;
import dev.errand.guice.Statement.Handled;
import dev.errand.worker.WorkerBuilder;
import java.util.Collection;
import java.util.List;

/** The handlers that all task modules bind. They fit together. */
record Handlers(List<Handled<?>> all) {
  /**
   * Those among these statements.
   *
   * @throws ProvisionException when there are several configurations, or the statements do not fit
   *     together; it names every fault
   */
  static Handlers of(Collection<Configured> configured, Collection<Statement> statements) {
    Review review = new Review(configured, statements);
    List<Message> faults = review.faults();
    if (!faults.isEmpty()) {
      throw new ProvisionException(faults);
    }
    return new Handlers(review.handled());
  }

  /** Has the worker run them. */
  WorkerBuilder addTo(WorkerBuilder worker) {
    all.forEach(each -> each.addTo(worker));
    return worker;
  }
}
