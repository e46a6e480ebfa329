/**
 * What a broker offers to those who build on it, and what a backend has to keep: bytes, headers,
 * queues and exchanges, and one seam for time. It knows nothing of tasks.
 */
module dev.errand.broker {
  requires static transitive org.jspecify;

  exports dev.errand.broker;
  exports dev.errand.time;

  uses dev.errand.broker.BrokerProvider;
}
