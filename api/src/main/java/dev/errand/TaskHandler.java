package dev.errand;

/**
 * Does a task. To return is success; to throw is a failed attempt, which the task's policy may have
 * follow by another. Called by many threads at once; runs at least once per job, so what it does
 * can be done twice. A thread that is interrupted is told to end: by a shutdown, which costs no
 * attempt.
 *
 * @param <P> the payload
 */
@FunctionalInterface
public interface TaskHandler<P> {
  /**
   * Does one job.
   *
   * @throws Exception when it could not be done
   */
  void handle(P payload, TaskContext context) throws Exception;
}
