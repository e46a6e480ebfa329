/** What a worker guarantees on every broker, as JUnit classes to be run against a backend. */
module dev.errand.worker.tck {
  requires static transitive org.jspecify;
  requires transitive dev.errand.broker.tck;
  requires transitive dev.errand.worker;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;

  exports dev.errand.worker.tck;

  // Payloads of the cases.
  opens dev.errand.worker.tck to
      com.fasterxml.jackson.databind;
}
