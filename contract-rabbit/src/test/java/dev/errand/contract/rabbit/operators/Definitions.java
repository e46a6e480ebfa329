package dev.errand.contract.rabbit.operators;

import dev.errand.codec.PayloadCodec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What stands on a server, as its definitions files tell. */
record Definitions(List<Exchange> exchanges, List<Queue> queues, List<Binding> bindings) {
  record Exchange(
      String name, String vhost, String type, boolean durable, Map<String, Object> arguments) {}

  record Queue(String name, String vhost, boolean durable, Map<String, Object> arguments) {}

  record Binding(
      String source,
      String vhost,
      String destination,
      String destination_type,
      String routing_key,
      Map<String, Object> arguments) {}

  static Definitions parse(String json) {
    return PayloadCodec.json()
        .read(json.getBytes(java.nio.charset.StandardCharsets.UTF_8), Definitions.class);
  }

  /** The parts of one virtual host, without order, and without the name of the virtual host. */
  Set<Object> of(String vhost) {
    Set<Object> parts = new HashSet<>();
    exchanges.stream()
        .filter(each -> each.vhost().equals(vhost))
        .map(each -> new Exchange(each.name(), "", each.type(), each.durable(), each.arguments()))
        .forEach(parts::add);
    queues.stream()
        .filter(each -> each.vhost().equals(vhost))
        .map(each -> new Queue(each.name(), "", each.durable(), each.arguments()))
        .forEach(parts::add);
    bindings.stream()
        .filter(each -> each.vhost().equals(vhost))
        .map(each -> new Binding(
            each.source(),
            "",
            each.destination(),
            each.destination_type(),
            each.routing_key(),
            each.arguments()))
        .forEach(parts::add);
    return parts;
  }

  /** All that a right can be given on. */
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    names.add("amq.default");
    exchanges.forEach(each -> names.add(each.name()));
    queues.forEach(each -> names.add(each.name()));
    return names;
  }
}
