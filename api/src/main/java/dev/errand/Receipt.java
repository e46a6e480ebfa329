package dev.errand;

import java.util.Objects;

/**
 * That a job is safe on the broker.
 *
 * @param id the job's id
 * @param task the task's name
 */
public record Receipt(String id, String task) {
  /** Neither is null. */
  public Receipt {
    Objects.requireNonNull(id);
    Objects.requireNonNull(task);
  }
}
