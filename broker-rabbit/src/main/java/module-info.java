/**
 * The RabbitMQ backend: AMQP 0-9-1, servers 3.10 to 4.3. Found by its addresses, {@code amqp://…}.
 */
module dev.errand.broker.rabbit {
  requires transitive dev.errand.broker;
  requires com.rabbitmq.client;
  requires io.github.resilience4j.core;
  requires io.github.resilience4j.retry;
  requires org.slf4j;
  requires static org.jspecify;

  exports dev.errand.broker.rabbit;

  provides dev.errand.broker.BrokerProvider with
      dev.errand.broker.rabbit.RabbitBrokerProvider;
}
