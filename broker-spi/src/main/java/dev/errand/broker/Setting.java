package dev.errand.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row of a table of settings: its name, what it bounds, its limits, its default and the reason
 * for it. A constant of whoever reads its values. Immutable; each method returns a new setting.
 *
 * @param <T> the type of its values
 */
public final class Setting<T> {
  private final String name;
  private final Form<T> form;
  private final boolean secret;
  private final String bounds;
  private final Fallback<T> fallback;

  private record Fallback<T>(@Nullable T value, String text, String reason) {}

  private Setting(String name, Form<T> form, boolean secret, String bounds, Fallback<T> fallback) {
    this.name = name;
    this.form = form;
    this.secret = secret;
    this.bounds = bounds;
    this.fallback = fallback;
  }

  private static <T> Setting<T> of(String name, Form<T> form, boolean secret) {
    return new Setting<>(name, form, secret, "", new Fallback<>(null, "none", ""));
  }

  /** A time, written as {@code 500ms}, {@code 20s}, {@code 10m}, {@code 1h} or {@code 2d}. */
  public static Setting<Duration> time(String name, Duration least, Duration most) {
    return of(name, new Form.Time(least, most), false);
  }

  /**
   * A number.
   *
   * @param unit what it counts, such as {@code bytes}
   */
  public static Setting<Integer> number(String name, String unit, int least, int most) {
    return of(name, new Form.Whole(unit, least, most), false);
  }

  /** A text that is not blank. */
  public static Setting<String> text(String name) {
    return of(name, new Form.Text("a text that is not blank"), false);
  }

  /**
   * A text that may hold a password, and so is shown nowhere.
   *
   * @param wanted what to give, such as {@code an address}
   */
  public static Setting<String> secret(String name, String wanted) {
    return of(name, new Form.Text(wanted), true);
  }

  /** The path of a file. */
  public static Setting<Path> file(String name) {
    return of(name, new Form.File(), false);
  }

  /** {@code true} or {@code false}. */
  public static Setting<Boolean> flag(String name) {
    return of(name, new Form.Flag(), false);
  }

  /** One of an enum's constants, by its name in small letters. */
  public static <E extends Enum<E>> Setting<E> choice(String name, Class<E> type) {
    return of(name, new Form.Choice<>(type), false);
  }

  /** As this one, bounding that: a phrase for the table of settings. */
  public Setting<T> bounding(String what) {
    return new Setting<>(name, form, secret, what, fallback);
  }

  /**
   * As this one, with that value unless another is given.
   *
   * @param reason why it is a good default
   * @throws IllegalArgumentException when the value is beyond a limit
   */
  public Setting<T> defaultsTo(T value, String reason) {
    String text = form.write(value);
    return new Setting<>(name, form, secret, bounds, new Fallback<>(parse(text), text, reason));
  }

  /**
   * As this one, with no value unless one is given.
   *
   * @param what applies then, such as {@code the JVM's trust store}
   * @param reason why it is a good default
   */
  public Setting<T> otherwise(String what, String reason) {
    return new Setting<>(name, form, secret, bounds, new Fallback<>(null, what, reason));
  }

  /** Small letters, digits and dashes, such as {@code publish-timeout}. */
  public String name() {
    return name;
  }

  /** What it bounds or names. */
  public String bounds() {
    return bounds;
  }

  /** Its value unless one is given; empty where that is no constant. */
  public Optional<T> defaultValue() {
    return Optional.ofNullable(fallback.value());
  }

  /** What applies unless a value is given, as in a table. */
  public String defaultText() {
    return fallback.text();
  }

  /** Why its default is what it is. */
  public String reason() {
    return fallback.reason();
  }

  /** What its numbers count, or the units of time; empty for texts. */
  public String unit() {
    return form.unit();
  }

  /** What is allowed, as in a table, such as {@code 1 to 1000}. */
  public String limits() {
    return form.limits();
  }

  /** What is allowed, as it follows the word "give", such as {@code a number from 1 to 1000}. */
  public String wanted() {
    return form.wanted();
  }

  /**
   * Whether a text that was given for it may be shown: not where it may hold a password, be it an
   * address that was given in a wrong place.
   */
  public boolean shows(String text) {
    return !secret && text.indexOf('@') < 0;
  }

  /** The value that a text stands for; empty when it stands for none, or for one beyond a limit. */
  public Optional<T> read(String text) {
    return form.read(text);
  }

  /**
   * The value that a text stands for.
   *
   * @throws IllegalArgumentException when it stands for none, or for one beyond a limit; the
   *     message has the name, the text where it {@link #shows} it, and the limits
   */
  public T parse(String text) {
    return read(text).orElseThrow(() -> new IllegalArgumentException(refusal(text) + "."));
  }

  /** Why a text is refused, and what to give, without the last full stop. */
  String refusal(String text) {
    return name + (shows(text) ? "=" + text : "") + " is refused. Give " + wanted();
  }

  /** The text that {@link #parse} takes for this value, where it is within the limits. */
  public String format(T value) {
    return form.write(value);
  }

  /** Its name. */
  @Override
  public String toString() {
    return name;
  }
}
