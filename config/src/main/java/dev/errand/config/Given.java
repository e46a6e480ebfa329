package dev.errand.config;

import dev.errand.broker.Setting;
import java.util.Locale;
import java.util.Optional;

/**
 * A value that was given.
 *
 * @param name of the setting
 * @param key as its source has it
 * @param source where it was given
 */
record Given(String name, String key, String source, String text) {
  private static final String PROPERTY = "errand.";
  private static final String VARIABLE = "ERRAND_";
  private static final String TESTS = "ERRAND_TEST_";
  private static final String CODE = "code";
  private static final String ENVIRONMENT = "environment";

  static <T> Given inCode(Setting<T> setting, T value) {
    return new Given(setting.name(), setting.name(), CODE, setting.format(value));
  }

  /** Empty for a key of the application's own. */
  static Optional<Given> inFile(String key, String text, String source) {
    return key.startsWith(PROPERTY)
        ? Optional.of(new Given(key.substring(PROPERTY.length()), key, source, text.strip()))
        : Optional.empty();
  }

  /** Empty for a variable that is not ours, or belongs to tests. */
  static Optional<Given> inEnvironment(String key, String text) {
    return key.startsWith(VARIABLE) && !key.startsWith(TESTS)
        ? Optional.of(new Given(nameOf(key), key, ENVIRONMENT, text.strip()))
        : Optional.empty();
  }

  private static String nameOf(String variable) {
    return variable.substring(VARIABLE.length()).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String property(Setting<?> setting) {
    return PROPERTY + setting.name();
  }

  static String variable(Setting<?> setting) {
    return VARIABLE + setting.name().toUpperCase(Locale.ROOT).replace('-', '_');
  }

  boolean ofEnvironment() {
    return source.equals(ENVIRONMENT);
  }

  /** What its source calls a setting. */
  String keyOf(Setting<?> setting) {
    return switch (source) {
      case CODE -> setting.name();
      case ENVIRONMENT -> variable(setting);
      default -> property(setting);
    };
  }

  /** Without the text, which may be a password. */
  @Override
  public String toString() {
    return key + " (" + source + ")";
  }
}
