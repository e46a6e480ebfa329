package dev.errand.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {
  private static final Setting<Duration> PAUSE =
      Setting.time("pause", Duration.ofMillis(100), Duration.ofDays(2));
  private static final Setting<Integer> SIZE = Setting.number("size", "bytes", 1, 65_536);

  @ParameterizedTest
  @CsvSource({"100ms, PT0.1S", "20s, PT20S", "90m, PT1H30M", "1h, PT1H", "2d, PT48H"})
  void parse_time_readsEachUnit(String text, Duration time) {
    assertThat(PAUSE.parse(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20", "20 s", "-1s", "1.5s", "99ms", "49h", "9999999999s", "PT20S"})
  void parse_timeThatIsNone_isRefusedWithNameValueAndLimits(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PAUSE.parse(text))
        .withMessage("pause=" + text
            + " is refused. Give a whole number and ms, s, m, h or d, from 100ms to 2d.");
  }

  @ParameterizedTest
  @CsvSource({"PT0.1S, 100ms", "PT20S, 20s", "PT1H30M, 90m", "PT48H, 2d", "PT0S, 0s"})
  void format_time_takesTheLargestUnitThatLosesNothing(Duration time, String text) {
    assertThat(PAUSE.format(time)).isEqualTo(text);
  }

  @Test
  void format_timeFinerThanMilliseconds_isNotRounded() {
    assertThat(PAUSE.read(PAUSE.format(Duration.ofNanos(200_500_000)))).isEmpty();
  }

  @Test
  void format_timeWithinTheLimits_isReadAgain() {
    Setting<Duration> grace = Setting.time("grace", Duration.ZERO, Duration.ofDays(365));
    Duration almost = Duration.ofDays(365).minusMillis(1);

    assertThat(grace.read(grace.format(almost))).contains(almost);
  }

  @Test
  void format_timeOfForEver_isWrittenAndRefused() {
    Duration forEver = ChronoUnit.FOREVER.getDuration();

    assertThat(PAUSE.read(PAUSE.format(forEver))).isEmpty();
  }

  @Test
  void parse_refusedTextThatMayBePartOfAnAddress_isNotShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SIZE.parse("planted-opensesame@host"))
        .withMessage("size is refused. Give a number from 1 to 65536.");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "65536, 65536", "007, 7"})
  void parse_number_readsItWithinTheLimits(String text, int number) {
    assertThat(SIZE.parse(text)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65537", "4294967297", "-5", "1k", " 7"})
  void parse_numberThatIsNone_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SIZE.parse(text))
        .withMessage("size=" + text + " is refused. Give a number from 1 to 65536.");
  }

  @Test
  void parse_flagTextAndFile_readTheirOwn() {
    assertThat(Setting.flag("on").parse("true")).isTrue();
    assertThat(Setting.flag("on").parse("false")).isFalse();
    assertThat(Setting.flag("on").read("yes")).isEmpty();
    assertThat(Setting.text("name").parse("till 1")).isEqualTo("till 1");
    assertThat(Setting.text("name").read(" ")).isEmpty();
    assertThat(Setting.file("trust").parse("ca.pem")).isEqualTo(Path.of("ca.pem"));
    assertThat(Setting.file("trust").read("")).isEmpty();
    assertThat(Setting.file("trust").read("\0")).isEmpty();
  }

  @Test
  void parse_choice_readsTheNamesInSmallLetters() {
    Setting<Declaring> declare = Setting.choice("declare", Declaring.class);

    assertThat(declare.parse("check")).isEqualTo(Declaring.CHECK);
    assertThat(declare.format(Declaring.MAKE)).isEqualTo("make");
    assertThat(declare.limits()).isEqualTo("make or check");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> declare.parse("Check"))
        .withMessage("declare=Check is refused. Give make or check.");
  }

  @Test
  void parse_secretThatIsRefused_isNotShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Setting.secret("broker", "an address").parse("  "))
        .withMessage("broker is refused. Give an address.");
  }

  @Test
  void row_showsWhatATableNeeds() {
    Setting<Integer> size = SIZE.bounding("a body").defaultsTo(1024, "enough");

    assertThat(size.bounds()).isEqualTo("a body");
    assertThat(size.defaultValue()).contains(1024);
    assertThat(size.defaultText()).isEqualTo("1024");
    assertThat(size.unit()).isEqualTo("bytes");
    assertThat(size.limits()).isEqualTo("1 to 65536");
    assertThat(size.reason()).isEqualTo("enough");
    assertThat(PAUSE.otherwise("as the other", "it follows").defaultValue()).isEmpty();
    assertThat(PAUSE.otherwise("as the other", "it follows").defaultText())
        .isEqualTo("as the other");
  }

  @Test
  void defaultsTo_valueBeyondALimit_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SIZE.defaultsTo(0, "none"))
        .withMessageContaining("size=0");
  }
}
