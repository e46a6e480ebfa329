package dev.errand.config;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;

/** Thrown for a configuration that is not in order, with everything that is wrong in it. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<Fault> faults;

  /** With at least one fault, each of which becomes a line of the message. */
  ConfigurationException(List<Fault> faults) {
    super(faults.stream()
        .map(Fault::toString)
        .collect(joining("\n  ", heading(faults.size()) + "\n  ", "")));
    this.faults = new ArrayList<>(faults);
  }

  private static String heading(int faults) {
    return faults == 1
        ? "The configuration has a fault:"
        : "The configuration has " + faults + " faults:";
  }

  /** All of them, in the order of precedence of their sources, the weakest first. */
  public List<Fault> faults() {
    return List.copyOf(faults);
  }
}
