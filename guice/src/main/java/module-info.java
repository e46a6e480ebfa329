/**
 * Errand in an application that is put together by Guice: enter at
 * {@link dev.errand.guice.ErrandModule}.
 */
@SuppressWarnings("requires-transitive-automatic") // A module that extends Guice's names its types.
module dev.errand.guice {
  // What Guice needs, as its jar does not say so itself.
  requires com.google.common;
  requires transitive com.google.guice;
  requires transitive dev.errand;
  requires transitive dev.errand.broker;
  requires transitive dev.errand.config;
  requires transitive dev.errand.worker;
  requires transitive jakarta.inject;
  requires static transitive org.jspecify;

  exports dev.errand.guice;

  // Guice calls the methods that provide.
  opens dev.errand.guice to
      com.google.guice;
}
