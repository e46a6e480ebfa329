package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;

import dev.errand.broker.Broker;
import dev.errand.testing.rabbit.PlantedPassword;

final class AddressesTest extends Chapter {
  AddressesTest() {
    super("Addresses");
  }

  @Override
  void failures() {
    thrown(
        "The address is null",
        NullPointerException.class,
        AT_ONCE,
        "Give one such as memory:demo or amqp://user:password@host, and set the environment variable where it is read from one.",
        witness -> witness.tries(() -> Broker.open(unset()).close()));
    refused(
        "The address has no scheme",
        "rabbit",
        "Write one in front, as in memory:demo or amqp://localhost.");
    refused("The address is a host and a port alone", "localhost:5672", "Write amqp:// in front.");
    refused(
        "The address has a scheme that no backend serves",
        "kafka://rabbit",
        "Add errand-broker-rabbit for amqp, errand-broker-inmemory for memory.");
    thrown(
        "No backend is on the class path",
        IllegalArgumentException.class,
        AT_ONCE,
        "Add errand-broker-rabbit for amqp, errand-broker-inmemory for memory.",
        AddressesTest::withoutBackends);
    refused(
        "The address is malformed",
        "amqp:/rabbit/shop",
        "Write amqp://user:password@host:port/vhost, each reserved character percent-encoded.");
    refused(
        "The address names no host",
        "amqp://shop:" + PlantedPassword.TEXT + "@/shop",
        "Write amqp://localhost, amqp://host:port, or several as amqp://host:port,host:port.");
    refused(
        "The address has a port that is none",
        "amqp://shop:" + PlantedPassword.TEXT,
        "Give a number from 1 to 65535, or leave it out for 5672.");
    refused(
        "The address has an @ and no user",
        "amqp://:" + PlantedPassword.TEXT + "@rabbit",
        "Write amqp://user:password@host.");
    refused(
        "The virtual host has a slash",
        "amqp://rabbit/shop/cellar",
        "Leave the slash out for the default one, and write a slash within a name as %2F.");
    refused(
        "The password is not percent-encoded",
        "amqp://shop:%" + PlantedPassword.TEXT + "@rabbit",
        "Write a percent sign as %25.");
    refused(
        "The address has an unknown parameter",
        "amqp://shop:" + PlantedPassword.TEXT + "@rabbit?time-out=1s",
        "Give one of connect-timeout, consumer-timeout, declare, heartbeat, name, publish-timeout, trust, window.");
    refused(
        "A parameter of the address is beyond its limits",
        "amqp://shop:" + PlantedPassword.TEXT + "@rabbit?window=0",
        "Give a number from 1 to 65536.");
    refused(
        "A parameter of the address is given twice",
        "amqp://rabbit?window=1&window=2",
        "Give it once.");
    refused(
        "The parameters of the address have an & too many",
        "amqp://rabbit?window=1&",
        "Leave it out.");
    refused(
        "The name of a broker in memory is refused",
        "memory:my shop",
        "Write memory:NAME with letters, digits, '.', '-' and '_', or memory: for a private broker, followed by ?publish-timeout=2s if wanted.");
  }

  /** As of {@code System.getenv} where nobody set the variable. */
  @SuppressWarnings("NullAway")
  private static String unset() {
    return null;
  }

  private void refused(String when, String address, String remedy) {
    thrown(
        when,
        IllegalArgumentException.class,
        AT_ONCE,
        remedy,
        witness -> witness.tries(() -> Broker.open(address).close()));
  }

  private static void withoutBackends(Witness witness) {
    Thread self = Thread.currentThread();
    ClassLoader loader = self.getContextClassLoader();
    self.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      witness.tries(() -> Broker.open("amqp://rabbit").close());
    } finally {
      self.setContextClassLoader(loader);
    }
  }
}
