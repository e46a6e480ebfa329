package dev.errand.broker;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How the values of a setting are written, and which of them are allowed. */
sealed interface Form<T> {
  /** The value, or empty when the text is none or it is beyond a limit. */
  Optional<T> read(String text);

  /** The text of which {@link #read} makes this value, where it is allowed. */
  String write(T value);

  /** What a number counts, or how it is written; empty for texts. */
  String unit();

  /** What is allowed, for a table, such as {@code 1 to 1000}. */
  String limits();

  /** What is allowed, as it follows the word "give". */
  String wanted();

  /** A number of these, both limits allowed. */
  record Whole(String unit, int least, int most) implements Form<Integer> {
    private static final Pattern DIGITS = Pattern.compile("\\d{1,10}");

    @Override
    public Optional<Integer> read(String text) {
      return Optional.of(text)
          .filter(given -> DIGITS.matcher(given).matches())
          .map(BigInteger::new)
          .filter(number -> number.bitLength() < Integer.SIZE)
          .map(BigInteger::intValue)
          .filter(number -> number >= least && number <= most);
    }

    @Override
    public String write(Integer value) {
      return value.toString();
    }

    @Override
    public String limits() {
      return least + " to " + most;
    }

    @Override
    public String wanted() {
      return "a number from " + limits();
    }
  }

  /** A time of whole milliseconds, both limits allowed. */
  record Time(Duration least, Duration most) implements Form<Duration> {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS = new LinkedHashMap<>();

    static {
      UNITS.put("d", Duration.ofDays(1));
      UNITS.put("h", Duration.ofHours(1));
      UNITS.put("m", Duration.ofMinutes(1));
      UNITS.put("s", Duration.ofSeconds(1));
      UNITS.put("ms", Duration.ofMillis(1));
    }

    @Override
    public Optional<Duration> read(String text) {
      Matcher written = WRITTEN.matcher(text);
      return Optional.of(written)
          .filter(Matcher::matches)
          .map(form ->
              requireNonNull(UNITS.get(form.group(2))).multipliedBy(Long.parseLong(form.group(1))))
          .filter(time -> time.compareTo(least) >= 0 && time.compareTo(most) <= 0);
    }

    /** In the largest unit that loses nothing; what is finer than all stays as it is. */
    @Override
    public String write(Duration value) {
      if (value.isZero()) {
        return "0s";
      }
      return UNITS.entrySet().stream()
          .filter(unit -> whole(value, unit.getValue()))
          .findFirst()
          .map(unit -> value.dividedBy(unit.getValue()) + unit.getKey())
          .orElseGet(value::toString);
    }

    private static boolean whole(Duration value, Duration unit) {
      try {
        return unit.multipliedBy(value.dividedBy(unit)).equals(value);
      } catch (ArithmeticException tooMany) {
        return false;
      }
    }

    @Override
    public String unit() {
      return "ms, s, m, h or d";
    }

    @Override
    public String limits() {
      return write(least) + " to " + write(most);
    }

    @Override
    public String wanted() {
      return "a whole number and ms, s, m, h or d, from " + limits();
    }
  }

  /** Yes or no. */
  record Flag() implements Form<Boolean> {
    @Override
    public Optional<Boolean> read(String text) {
      return switch (text) {
        case "true" -> Optional.of(true);
        case "false" -> Optional.of(false);
        default -> Optional.empty();
      };
    }

    @Override
    public String write(Boolean value) {
      return value.toString();
    }

    @Override
    public String unit() {
      return "";
    }

    @Override
    public String limits() {
      return "true or false";
    }

    @Override
    public String wanted() {
      return limits();
    }
  }

  /** One of the names of an enum's constants, in small letters. */
  record Choice<E extends Enum<E>>(Class<E> type) implements Form<E> {
    @Override
    public Optional<E> read(String text) {
      return constants().filter(constant -> write(constant).equals(text)).findFirst();
    }

    private Stream<E> constants() {
      return Stream.of(type.getEnumConstants());
    }

    @Override
    public String write(E value) {
      return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String unit() {
      return "";
    }

    @Override
    public String limits() {
      return constants().map(this::write).collect(joining(" or "));
    }

    @Override
    public String wanted() {
      return limits();
    }
  }

  /** Any text but a blank one. */
  record Text(String wanted) implements Form<String> {
    @Override
    public Optional<String> read(String text) {
      return Optional.of(text).filter(given -> !given.isBlank());
    }

    @Override
    public String write(String value) {
      return value;
    }

    @Override
    public String unit() {
      return "";
    }

    @Override
    public String limits() {
      return "not blank";
    }
  }

  /** A file by its path; whether it is there shows when it is read. */
  record File() implements Form<Path> {
    @Override
    public Optional<Path> read(String text) {
      try {
        return Optional.of(text).filter(given -> !given.isBlank()).map(Path::of);
      } catch (InvalidPathException malformed) {
        return Optional.empty();
      }
    }

    @Override
    public String write(Path value) {
      return value.toString();
    }

    @Override
    public String unit() {
      return "path";
    }

    @Override
    public String limits() {
      return "a file that can be read";
    }

    @Override
    public String wanted() {
      return "the path of a file";
    }
  }
}
