/** A RabbitMQ for tests, and a proxy that breaks connections to it. */
module dev.errand.testing.rabbit {
  requires com.github.dockerjava.api;
  requires static transitive org.jspecify;
  requires testcontainers;

  exports dev.errand.testing.rabbit;
}
