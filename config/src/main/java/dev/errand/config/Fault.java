package dev.errand.config;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong in a configuration.
 *
 * @param key as its source has it, such as {@code errand.concurrency} in a file,
 *     {@code ERRAND_CONCURRENCY} in the environment; empty when the source as a whole is at fault
 * @param source where it was given: {@code code}, {@code environment}, {@code file} and its path
 * @param value what was given; null where it may hold a password
 * @param problem what is wrong, with the limits, and what to do, in whole sentences
 */
public record Fault(String key, String source, @Nullable String value, String problem)
    implements Serializable {
  /** In one line. */
  @Override
  public String toString() {
    String what = key + (value == null ? "" : "=" + value);
    return (what.isEmpty() ? source : what + " (" + source + ")") + ": " + problem;
  }
}
