package dev.errand.time;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A length of time as people read it, in messages and in the log. */
public final class DurationText {
  private static final List<Unit> UNITS = List.of(
      // One day and a half reads better as 36 h.
      new Unit("d", Duration.ofDays(1), Duration.ofDays(2)),
      new Unit("h", Duration.ofHours(1), Duration.ofHours(1)),
      new Unit("min", Duration.ofMinutes(1), Duration.ofMinutes(1)));

  /** Seconds, as a negated {@link Duration} may overflow. */
  private record Unit(String name, BigDecimal one, BigDecimal from) {
    Unit(String name, Duration one, Duration from) {
      this(name, seconds(one), seconds(from));
    }
  }

  private DurationText() {}

  /**
   * Such as {@code 300 ms}, {@code 2.5 s}, {@code 1 min 30 s}, {@code 24 h}, and days from two on.
   * Exact, so its last part may have a fraction.
   */
  public static String of(Duration duration) {
    BigDecimal seconds = seconds(duration);
    String text = unsigned(seconds.abs());
    return seconds.signum() < 0 ? "-" + text : text;
  }

  private static String unsigned(BigDecimal seconds) {
    if (seconds.compareTo(BigDecimal.ONE) < 0) {
      return part(seconds.movePointRight(3), "ms");
    }
    List<String> parts = new ArrayList<>();
    BigDecimal left = seconds;
    for (Unit unit : UNITS) {
      if (left.compareTo(unit.from()) >= 0) {
        BigDecimal[] division = left.divideAndRemainder(unit.one());
        parts.add(part(division[0], unit.name()));
        left = division[1];
      }
    }
    if (left.signum() > 0) {
      parts.add(part(left, "s"));
    }
    return String.join(" ", parts);
  }

  private static String part(BigDecimal number, String unit) {
    return number.stripTrailingZeros().toPlainString() + " " + unit;
  }

  private static BigDecimal seconds(Duration duration) {
    return BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9));
  }
}
