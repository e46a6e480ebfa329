package dev.errand.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonCodecTest {
  private static final PayloadCodec JSON = PayloadCodec.json();

  record Upload(String file, int pages) {}

  record Times(Instant at, LocalDate day, Duration length, OffsetDateTime local) {}

  record Anything(Object value) {}

  record Tree(List<Tree> branches) {}

  record Attributes(Map<String, Integer> counts) {}

  record Nothing() {}

  record Maybe(Optional<String> page) {}

  /** As one written before records: Jackson sees no field of it. */
  static final class Closed {
    private final String file;

    Closed(String file) {
      this.file = file;
    }

    @Override
    public String toString() {
      return file;
    }
  }

  /** As one written before records, with getters. */
  static final class OneWay {
    private final String file;

    public OneWay(String file) {
      this.file = file;
    }

    public String getFile() {
      return file;
    }
  }

  record Shelf(OneWay first) {}

  /** Written as a text, and read from it. */
  static final class Code extends JsonSerializable.Base {
    private final String text;

    public Code(String text) {
      this.text = text;
    }

    @Override
    public void serialize(JsonGenerator to, SerializerProvider unused) throws IOException {
      to.writeString(text);
    }

    @Override
    public void serializeWithType(
        JsonGenerator to, SerializerProvider unused, TypeSerializer types) {
      throw new UnsupportedOperationException();
    }
  }

  static final class Thrower {
    public int getText() {
      return Integer.parseInt("geheim");
    }
  }

  @Test
  void codec_writtenValue_isReadAsTheSame() {
    Upload upload = new Upload("Ünïcode \u2713 \ud83d\ude00.md", 3);

    byte[] body = JSON.write(upload, Upload.class);

    assertThat(new String(body, UTF_8))
        .isEqualTo("{\"file\":\"Ünïcode \u2713 \ud83d\ude00.md\",\"pages\":3}");
    assertThat(JSON.read(body, Upload.class)).isEqualTo(upload);
  }

  @Test
  void codec_times_areIsoTextAndKeepTheirOffset() {
    Times times = new Times(
        Instant.parse("2030-01-01T12:00:00.123456789Z"),
        LocalDate.parse("2030-01-01"),
        Duration.ofMinutes(90),
        OffsetDateTime.parse("2030-01-01T12:00:00+05:30"));

    byte[] body = JSON.write(times, Times.class);

    assertThat(new String(body, UTF_8))
        .isEqualTo("{\"at\":\"2030-01-01T12:00:00.123456789Z\",\"day\":\"2030-01-01\","
            + "\"length\":\"PT1H30M\",\"local\":\"2030-01-01T12:00:00+05:30\"}");
    assertThat(JSON.read(body, Times.class)).isEqualTo(times);
  }

  @Test
  void read_unknownField_isIgnored() {
    assertThat(read("{\"file\":\"a\",\"new\":{\"x\":[1]},\"pages\":1}"))
        .isEqualTo(new Upload("a", 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"file\":\"a\",\"pages\":\"geheim\"}",
        "{\"pages\":1} geheim",
        "{\"pages\":1}{}"
      })
  void read_noPayload_isRefusedWithoutItsContent(String body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining(body.getBytes(UTF_8).length + " bytes")
        .hasMessageContaining(Upload.class.getName())
        .hasMessageNotContaining("geheim")
        .hasNoCause();
  }

  @Test
  void read_fractionForAWholeNumber_isRefused_andNotCut() {
    assertThatThrownBy(() -> read("{\"file\":\"a\",\"pages\":1.9}"))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("at pages in line 1, column");
  }

  @Test
  void read_wrongType_namesTheField() {
    assertThatThrownBy(() -> read("{\"file\":\"a\",\"pages\":\"geheim\"}"))
        .hasMessageContaining("at pages in line 1, column");
  }

  @Test
  void read_wrongValueInAMap_doesNotShowItsKey() {
    byte[] body = "{\"counts\":{\"geheim\":\"x\"}}".getBytes(UTF_8);

    assertThatThrownBy(() -> JSON.read(body, Attributes.class))
        .hasMessageContaining("at counts.[")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void read_nestedAHundredThousandDeep_isRefused() {
    String deep = "{\"branches\":[".repeat(100_000);

    assertThatThrownBy(() -> JSON.read(deep.getBytes(UTF_8), Tree.class))
        .isInstanceOf(PayloadException.class);
    assertThatThrownBy(
            () -> JSON.read(("{\"value\":" + "[".repeat(100_000)).getBytes(UTF_8), Anything.class))
        .isInstanceOf(PayloadException.class);
  }

  @Test
  void read_classNamesInTheBody_makeNoInstance() {
    byte[] body =
        "{\"value\":[\"java.util.Date\",{\"@class\":\"java.util.Date\"}]}".getBytes(UTF_8);

    assertThat(JSON.read(body, Anything.class).value())
        .isEqualTo(List.of("java.util.Date", Map.of("@class", "java.util.Date")));
  }

  @Test
  void write_getterThrows_isRefusedWithoutItsMessage() {
    Throwable refused = catchThrowable(() -> JSON.write(new Thrower(), Thrower.class));

    assertThat(refused)
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("at text")
        .hasMessageContaining("NumberFormatException")
        .hasMessageNotContaining("geheim")
        .hasNoCause();
  }

  @Test
  void write_classWithoutVisibleFields_isRefused_andNotWrittenEmpty() {
    assertThatThrownBy(() -> JSON.write(new Closed("a.md"), Closed.class))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("no properties discovered");
  }

  @Test
  void write_classThatJacksonCannotWrite_saysWhy() {
    assertThatThrownBy(() -> JSON.write(new Maybe(Optional.of("geheim")), Maybe.class))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("has an Optional at page, which is not written")
        .hasMessageEndingWith("use null where there is none.")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void write_classThatCouldNotBeReadAgain_isRefused() {
    assertThatThrownBy(() -> JSON.write(new OneWay("geheim"), OneWay.class))
        .isInstanceOf(PayloadException.class)
        .hasMessage("A payload of " + OneWay.class.getName() + " could be written but not read"
            + " again. Nothing was sent. It has no constructor that Jackson can use. Make it a"
            + " record, or give it a constructor without arguments.");
  }

  @Test
  void read_classWithoutAConstructor_isNamed_andNotTheBody() {
    assertThatThrownBy(
            () -> JSON.read("{\"first\":{\"file\":\"geheim\"}}".getBytes(UTF_8), Shelf.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("read as " + Shelf.class.getName() + " at first: the class "
            + OneWay.class.getName() + " is at fault")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void codec_classWrittenAsAText_needsNoConstructorForAnObject() {
    byte[] body = JSON.write(new Code("a"), Code.class);

    assertThat(JSON.read(body, Code.class).text).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"file\":\"geheim\"}", "\"geheim\""})
  void read_classThatJacksonCannotMake_isTheClassesFault_andNotTheBodys(String body) {
    assertThatThrownBy(() -> JSON.read(body.getBytes(UTF_8), Runnable.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Runnable.class.getName())
        .hasMessageContaining("no Creators")
        .hasMessageNotContaining("geheim")
        .hasNoCause();
  }

  @Test
  void codec_emptyRecord_isAnEmptyObject() {
    byte[] body = JSON.write(new Nothing(), Nothing.class);

    assertThat(new String(body, UTF_8)).isEqualTo("{}");
    assertThat(JSON.read(body, Nothing.class)).isEqualTo(new Nothing());
  }

  private static Upload read(String body) {
    return JSON.read(body.getBytes(UTF_8), Upload.class);
  }
}
