/**
 * What those who enqueue jobs and those who run them share: typed tasks, the client, the retry
 * policy, and the format on the wire.
 */
module dev.errand {
  requires static transitive org.jspecify;
  requires transitive dev.errand.broker;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.datatype.jsr310;

  exports dev.errand;
  exports dev.errand.codec;
  exports dev.errand.retry;
}
