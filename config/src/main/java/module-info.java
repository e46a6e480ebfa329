/**
 * Settings from code, a properties file and the environment: enter at
 * {@link dev.errand.config.Configuration}.
 */
module dev.errand.config {
  requires transitive dev.errand;
  requires transitive dev.errand.broker;
  requires transitive dev.errand.worker;
  requires static transitive org.jspecify;

  exports dev.errand.config;
}
