package dev.errand.worker;

/**
 * A job as events and reports name it.
 *
 * @param id the message's id; empty where a foreign sender gave none
 * @param task the task's name; empty where a foreign sender gave none
 * @param queue the queue it was taken from
 * @param attempt from 1
 */
public record Job(String id, String task, String queue, int attempt) {
  /** For a log line. */
  @Override
  public String toString() {
    return (task.isEmpty() ? "(no task)" : task) + " " + (id.isEmpty() ? "(no id)" : id) + " of '"
        + queue + "', attempt " + attempt;
  }
}
