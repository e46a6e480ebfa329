/**
 * Errand in an application that is put together by Guice: enter at
 * {@link dev.errand.guice.ErrandModule}.
 */
@SuppressWarnings("requires-transitive-automatic") // A module that extends Guice's names its types.
module dev.errand.guice {
  requires transitive com.google.guice;
  requires transitive dev.errand;
  requires transitive dev.errand.broker;
  requires transitive dev.errand.config;
  requires transitive dev.errand.worker;
  requires static transitive org.jspecify;

  exports dev.errand.guice;
}
