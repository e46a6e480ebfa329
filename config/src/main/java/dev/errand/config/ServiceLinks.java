package dev.errand.config;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The variables that Kubernetes gives a container of the services beside it: of a service
 * {@code errand-mq} these are {@code ERRAND_MQ_SERVICE_HOST}, {@code ERRAND_MQ_PORT} and more,
 * which nobody meant for us.
 *
 * @param services the beginnings of their variables, such as {@code ERRAND_MQ}
 */
record ServiceLinks(Set<String> services) {
  private static final String HOST = "_SERVICE_HOST";
  private static final String PORT = "_SERVICE_PORT";

  /** What follows a service's beginning; the parts are its ports' names, numbers and protocols. */
  private static final Pattern REST = Pattern.compile(
      HOST + "|" + PORT + "(_[A-Z0-9_]+)?" + "|_PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?");

  /** Of the services whose host and port are both among these: one of them alone is no link. */
  static ServiceLinks among(Set<String> variables) {
    return new ServiceLinks(variables.stream()
        .filter(each -> each.endsWith(HOST))
        .map(each -> each.substring(0, each.length() - HOST.length()))
        .filter(service -> variables.contains(service + PORT))
        .collect(toUnmodifiableSet()));
  }

  /** Whether this variable is one of them. */
  boolean have(String variable) {
    return services.stream()
        .anyMatch(service -> variable.startsWith(service)
            && REST.matcher(variable.substring(service.length())).matches());
  }
}
