package dev.errand.guice;

import dev.errand.config.Configuration;

/**
 * The configuration of one {@link ErrandModule}.
 *
 * @param made the line that made the module
 */
record Configured(Configuration configuration, StackTraceElement made) {
  @Override
  public String toString() {
    return made.getFileName() + ":" + made.getLineNumber();
  }
}
