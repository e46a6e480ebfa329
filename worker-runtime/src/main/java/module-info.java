/**
 * Takes jobs from their queues, runs their handlers and settles their deliveries: enter at
 * {@link dev.errand.worker.Worker}.
 */
module dev.errand.worker {
  requires transitive dev.errand;
  requires transitive dev.errand.broker;
  requires io.github.resilience4j.core;
  requires io.github.resilience4j.retry;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports dev.errand.worker;
}
