package dev.errand.config;

import static dev.errand.config.Configuration.CONCURRENCY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceLinksTest {
  /**
   * As the kubelet writes them of a service with the two ports {@code amqp} and {@code admin-ui}.
   */
  private static Map<String, String> linksOf(String service) {
    Map<String, String> links = new HashMap<>();
    links.put(service + "_SERVICE_HOST", "10.0.0.11");
    links.put(service + "_SERVICE_PORT", "5672");
    links.put(service + "_SERVICE_PORT_AMQP", "5672");
    links.put(service + "_SERVICE_PORT_ADMIN_UI", "15672");
    links.put(service + "_PORT", "tcp://10.0.0.11:5672");
    for (String port : new String[] {"5672", "15672"}) {
      links.put(service + "_PORT_" + port + "_TCP", "tcp://10.0.0.11:" + port);
      links.put(service + "_PORT_" + port + "_TCP_PROTO", "tcp");
      links.put(service + "_PORT_" + port + "_TCP_PORT", port);
      links.put(service + "_PORT_" + port + "_TCP_ADDR", "10.0.0.11");
    }
    return links;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ERRAND", "ERRAND_RABBITMQ", "ERRAND_CONCURRENCY"})
  void linksOfAService_areLeftOut(String service) {
    Map<String, String> variables = linksOf(service);
    variables.put("ERRAND_CONCURRENCY", "3");

    Configuration configuration = Configuration.builder().environment(variables).build();

    assertThat(configuration).hasToString("Configuration[ERRAND_CONCURRENCY (environment)]");
    assertThat(configuration.find(CONCURRENCY)).contains(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ERRAND_PORT",
        "ERRAND_MQ_PORT_5672",
        "ERRAND_MQ_PORT_5672_QUIC",
        "ERRAND_MQ_PORTS",
        "ERRAND_MQ_SERVICE_HOSTS",
        "ERRAND_MQ_PREFETCH",
        "ERRAND_OTHER_PORT"
      })
  void otherVariableBesideLinks_isUnknown(String variable) {
    Map<String, String> variables = linksOf("ERRAND_MQ");
    variables.put(variable, "tcp://10.0.0.11:5672");

    assertRefused(variables, variable);
  }

  @Test
  void halfALink_isUnknown() {
    assertRefused(Map.of("ERRAND_MQ_SERVICE_HOST", "10.0.0.11"), "ERRAND_MQ_SERVICE_HOST");
    assertRefused(Map.of("ERRAND_MQ_SERVICE_PORT", "5672"), "ERRAND_MQ_SERVICE_PORT");
  }

  private static void assertRefused(Map<String, String> variables, String variable) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(Configuration.builder().environment(variables)::build)
        .satisfies(refused ->
            assertThat(refused.faults()).extracting(Fault::key).containsExactly(variable));
  }
}
