package dev.errand.config;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Parameters;
import dev.errand.broker.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Holds all that is given against the settings that are known, and tells all faults at once. */
final class Check {
  private final List<BrokerProvider> backends = BrokerProvider.installed();
  private final List<Given> all;
  private final Map<String, Given> effective = new LinkedHashMap<>();
  private final List<Fault> faults;

  /**
   * Of this.
   *
   * @param all what is given, what goes before other after it
   * @param before faults that are known already
   */
  Check(List<Given> all, List<Fault> before) {
    ServiceLinks links = ServiceLinks.among(
        all.stream().filter(Given::ofEnvironment).map(Given::key).collect(toSet()));
    // A setting that is called as a link would be is a setting.
    this.all = all.stream()
        .filter(each ->
            !each.ofEnvironment() || !links.have(each.key()) || find(each, null).isPresent())
        .toList();
    this.all.forEach(each -> effective.put(each.name(), each));
    faults = new ArrayList<>(before);
  }

  Configuration configuration() {
    Given address = effective.get(Configuration.BROKER.name());
    BrokerProvider backend = address == null ? null : backendOf(address);
    all.forEach(each -> check(each, backend));
    Address whole = address == null || backend == null ? null : whole(address, backend);
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults);
    }
    return new Configuration(effective, whole);
  }

  private @Nullable BrokerProvider backendOf(Given address) {
    if (Configuration.BROKER.read(address.text()).isEmpty()) {
      return null;
    }
    try {
      return BrokerProvider.serving(address.text());
    } catch (IllegalArgumentException unserved) {
      refuse(address, unserved);
      return null;
    }
  }

  private void refuse(Given address, IllegalArgumentException why) {
    faults.add(new Fault(address.key(), address.source(), null, "" + why.getMessage()));
  }

  private void check(Given given, @Nullable BrokerProvider backend) {
    Setting<?> setting = find(given, backend).orElse(null);
    if (setting == null) {
      // Without its value: it could be an address with a password under a misspelt key.
      faults.add(new Fault(given.key(), given.source(), null, "It is unknown. " + known(given)));
    } else if (setting.read(given.text()).isEmpty()) {
      faults.add(new Fault(
          given.key(),
          given.source(),
          setting.shows(given.text()) ? given.text() : null,
          "It is refused. Give " + setting.wanted() + "."));
    }
  }

  /** As the address's own backend knows it, where it does. */
  private Optional<Setting<?>> find(Given given, @Nullable BrokerProvider backend) {
    Stream<Setting<?>> own = backend == null ? Stream.empty() : backend.settings().stream();
    return Stream.concat(own, settings())
        .filter(setting -> given.key().equals(given.keyOf(setting)))
        .findFirst();
  }

  private Stream<Setting<?>> settings() {
    return Stream.concat(
        Configuration.OWN.stream(),
        backends.stream().flatMap(backend -> backend.settings().stream()));
  }

  private String known(Given given) {
    Set<String> keys = settings().map(given::keyOf).collect(toCollection(TreeSet::new));
    return Spelling.nearest(given.key(), keys)
        .map(key -> "Did you mean " + key + "?")
        .orElseGet(() -> "Give one of " + String.join(", ", keys) + ".");
  }

  /** The address with the parameters that are given elsewhere. */
  private Address whole(Given address, BrokerProvider backend) {
    Set<String> within = Parameters.namesIn(address.text());
    Map<String, String> more = new LinkedHashMap<>();
    for (Setting<?> setting : backend.settings()) {
      Given given = effective.get(setting.name());
      if (given == null) {
        continue;
      }
      if (within.contains(setting.name())) {
        faults.add(new Fault(
            given.key(),
            given.source(),
            null,
            "It is in the address too. Take it out of " + address + ", or leave it out here."));
      } else if (setting.read(given.text()).isPresent()) {
        more.put(setting.name(), given.text());
      }
    }
    String whole = Parameters.append(address.text(), more);
    try {
      backend.check(whole);
    } catch (IllegalArgumentException refused) {
      refuse(address, refused);
    }
    return new Address(backend, whole);
  }
}
