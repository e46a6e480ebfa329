package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;

import dev.errand.config.Configuration;
import dev.errand.config.ConfigurationBuilder;
import dev.errand.config.ConfigurationException;
import dev.errand.testing.rabbit.PlantedPassword;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationTest extends Chapter {
  @TempDir
  private Path folder;

  ConfigurationTest() {
    super("Configuration");
  }

  /** What is given. */
  @FunctionalInterface
  private interface Giving {
    ConfigurationBuilder to(ConfigurationBuilder builder) throws IOException;
  }

  @Override
  void failures() {
    refused(
        "A key is unknown",
        "Did you mean errand.concurrency?",
        builder -> builder.file(file("errand.concurency=8")));
    refused(
        "A value is of another kind",
        "Give a whole number and ms, s, m, h or d, from 0s to 365d.",
        builder -> builder.environment(Map.of("ERRAND_GRACE_PERIOD", "soon")));
    refused(
        "A value is beyond its limits",
        "Give a number from 1 to 10000.",
        builder -> builder.file(file("errand.concurrency=0")));
    refused(
        "A setting is given by a key and in the address",
        "Take it out of ERRAND_BROKER (environment), or leave it out here.",
        builder -> builder
            .file(file("errand.publish-timeout=3s"))
            .environment(Map.of("ERRAND_BROKER", "memory:?publish-timeout=2s")));
    refused(
        "A configuration file is missing",
        "Correct its path.",
        builder -> builder.file(folder.resolve("missing.properties")));
    refused(
        "Several settings are refused",
        "Give a number from 1 to 65535, or leave it out for 5672.",
        builder -> builder
            .file(file("errand.concurrency=many\nerrand.colour=red"))
            .environment(Map.of(
                "ERRAND_BROKER",
                "amqp://shop:" + PlantedPassword.TEXT + "@rabbit:99999",
                "ERRAND_STOP_ON_SHUTDOWN",
                "yes")));
    thrown(
        "No address is given",
        ConfigurationException.class,
        AT_ONCE,
        "Give the broker's address, such as memory:demo or amqp://user:password@host/vhost, here or as ERRAND_BROKER in the environment.",
        witness -> {
          Configuration configuration = Configuration.builder().build();
          witness.tries(() -> configuration.openBroker().close());
        });
  }

  private void refused(String when, String remedy, Giving giving) {
    thrown(when, ConfigurationException.class, AT_ONCE, remedy, witness -> {
      ConfigurationBuilder builder = giving.to(Configuration.builder());
      witness.tries(builder::build);
    });
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("app.properties"), text);
  }
}
