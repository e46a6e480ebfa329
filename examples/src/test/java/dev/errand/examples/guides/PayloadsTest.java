package dev.errand.examples.guides;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.errand.codec.PayloadCodec;
import dev.errand.codec.PayloadException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is read and written as a payload; one test for each sentence of the guide. */
class PayloadsTest {
  private static final PayloadCodec JSON = PayloadCodec.json();

  // @start region="record"
  /** Render this file and mail it; the file itself is in the store. */
  record Upload(String file, String email, int pages, Format format) {}

  enum Format {
    PDF,
    EPUB
  }
  // @end

  // @start region="added"
  record UploadWithLanguage(
      String file, String email, @Nullable String language) {
    UploadWithLanguage {
      language = language == null ? "en" : language; // jobs from before the field
    }
  }
  // @end

  // @start region="required"
  record Checked(String file, int pages) {
    Checked {
      if (file == null || pages < 1) {
        throw new IllegalArgumentException("An upload has a file, and at least one page.");
      }
    }
  }
  // @end

  /** Java says path; the wire says file, as before. */
  // @start region="renamed-in-java"
  record RenamedInJava(@JsonProperty("file") String path) {}
  // @end

  // @start region="rename-1"
  record RenameFirst(
      @JsonProperty("file") @JsonAlias("path") String path) {}
  // @end

  // @start region="rename-2"
  record RenameSecond(@JsonAlias("file") String path) {}
  // @end

  // @start region="kinds"
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ByMail.class, name = "mail"),
    @JsonSubTypes.Type(value = ByPost.class, name = "post")
  })
  sealed interface Shipment {}

  record ByMail(String email) implements Shipment {}

  record ByPost(String street) implements Shipment {}
  // @end

  record Times(Instant at, LocalDate day, Duration length) {}

  record Nullables(
      String text, int number, boolean flag, @Nullable Integer boxed, List<String> list) {}

  record Count(int value) {}

  record BigCount(long value) {}

  record Text(String value) {}

  record Uploads(List<Upload> all) {}

  record Maybe(Optional<String> page) {}

  record Anything(Object value) {}

  /** As before records: getters, setters and a constructor without arguments. */
  static class Bean {
    private String file = "";

    public String getFile() {
      return file;
    }

    public void setFile(String file) {
      this.file = file;
    }
  }

  @Test
  void record_isAnObjectOfItsComponents() {
    assertThat(write(new Upload("a.md", "ann@example.org", 3, Format.PDF), Upload.class))
        .isEqualTo("""
            {"file":"a.md","email":"ann@example.org","pages":3,"format":"PDF"}""");
  }

  @Test
  void bean_isWrittenAndReadToo() {
    Bean bean = new Bean();
    bean.setFile("a.md");

    assertThat(write(bean, Bean.class)).isEqualTo("{\"file\":\"a.md\"}");
    assertThat(read("{\"file\":\"a.md\"}", Bean.class).getFile()).isEqualTo("a.md");
  }

  @Test
  void body_namesNoClass() {
    assertThat(write(new Anything(new Text("x")), Anything.class))
        .isEqualTo("{\"value\":{\"value\":\"x\"}}");
    assertThat(
            read("{\"value\":{\"@class\":\"java.util.Date\"}}", Anything.class).value())
        .isEqualTo(Map.of("@class", "java.util.Date"));
  }

  @Test
  void unknownField_isIgnored() {
    assertThat(read("{\"value\":1,\"new\":true}", Count.class)).isEqualTo(new Count(1));
  }

  @Test
  void missingField_isNull_orZero_orFalse() {
    Nullables none = read("{}", Nullables.class);

    assertThat(none.text()).isNull();
    assertThat(none.boxed()).isNull();
    assertThat(none.list()).isNull();
    assertThat(none.number()).isZero();
    assertThat(none.flag()).isFalse();
  }

  @Test
  void nullField_isReadAsAMissingOne() {
    assertThat(read("""
            {"text":null,"number":null,"flag":null,"boxed":null,"list":null}""", Nullables.class)).isEqualTo(read("{}", Nullables.class));
  }

  @Test
  void nullComponent_isWrittenAsNull() {
    assertThat(write(new Text(null), Text.class)).isEqualTo("{\"value\":null}");
  }

  @Test
  void constructor_givesTheDefault() {
    assertThat(read("{\"file\":\"a.md\",\"email\":\"ann@example.org\"}", UploadWithLanguage.class)
            .language())
        .isEqualTo("en");
  }

  @Test
  void constructorThatRefuses_makesTheBodyUnreadable() {
    assertThatThrownBy(() -> read("{\"pages\":3}", Checked.class))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("IllegalArgumentException");
  }

  @Test
  void renamedInJavaOnly_wireStaysAsItWas() {
    assertThat(write(new RenamedInJava("a.md"), RenamedInJava.class))
        .isEqualTo("{\"file\":\"a.md\"}");
    assertThat(read("{\"file\":\"a.md\"}", RenamedInJava.class).path()).isEqualTo("a.md");
  }

  @Test
  void renamedField_withoutCare_isLost() {
    record Renamed(String path) {}

    assertThat(read("{\"file\":\"a.md\"}", Renamed.class).path()).isNull();
  }

  @Test
  void renamedInTwoSteps_isReadByBoth() {
    String first = write(new RenameFirst("a.md"), RenameFirst.class);
    String second = write(new RenameSecond("a.md"), RenameSecond.class);

    assertThat(first).isEqualTo("{\"file\":\"a.md\"}");
    assertThat(second).isEqualTo("{\"path\":\"a.md\"}");
    assertThat(read(second, RenameFirst.class).path()).isEqualTo("a.md");
    assertThat(read(first, RenameSecond.class).path()).isEqualTo("a.md");
  }

  @Test
  void removedField_isZeroOrNullToWhoStillReadsIt() {
    record WithoutPages(String file) {}

    assertThat(read(write(new WithoutPages("a.md"), WithoutPages.class), Upload.class))
        .isEqualTo(new Upload("a.md", null, 0, null));
  }

  @Test
  void wholeNumber_becomesLong_isRead_untilItIsTooLargeForTheOldClass() {
    assertThat(read("{\"value\":7}", BigCount.class).value()).isEqualTo(7);
    assertThat(read(write(new BigCount(7), BigCount.class), Count.class).value())
        .isEqualTo(7);
    assertUnreadable(write(new BigCount(3_000_000_000L), BigCount.class), Count.class);
  }

  @Test
  void numberAndText_areReadAsEachOther() {
    assertThat(read("{\"value\":7}", Text.class).value()).isEqualTo("7");
    assertThat(read("{\"value\":\"7\"}", Count.class).value()).isEqualTo(7);
    assertUnreadable("{\"value\":\"seven\"}", Count.class);
  }

  @Test
  void fraction_isNoWholeNumber() {
    assertUnreadable("{\"value\":1.9}", Count.class);
    assertUnreadable("{\"value\":2.0}", Count.class);
  }

  @Test
  void oneValue_isNoList() {
    record One(String file) {}
    record Many(List<String> file) {}

    assertUnreadable(write(new One("a.md"), One.class), Many.class);
    assertUnreadable(write(new Many(List.of("a.md")), Many.class), One.class);
  }

  @Test
  void unknownConstantOfAnEnum_isUnreadable() {
    assertUnreadable("{\"format\":\"DOCX\"}", Upload.class);
  }

  @Test
  void times_areIso8601() {
    Times times = new Times(
        Instant.parse("2030-01-01T12:00:00.5Z"),
        LocalDate.parse("2030-01-01"),
        Duration.ofMinutes(90));

    assertThat(write(times, Times.class)).isEqualTo("""
            {"at":"2030-01-01T12:00:00.500Z","day":"2030-01-01","length":"PT1H30M"}""");
  }

  @Test
  void kinds_areNamesThatYouChose() {
    String body = write(new ByMail("ann@example.org"), Shipment.class);

    assertThat(body).isEqualTo("{\"kind\":\"mail\",\"email\":\"ann@example.org\"}");
    assertThat(read(body, Shipment.class)).isEqualTo(new ByMail("ann@example.org"));
    assertUnreadable("{\"kind\":\"drone\"}", Shipment.class);
  }

  @Test
  void listInARecord_keepsTheTypeOfItsElements() {
    Uploads uploads = new Uploads(List.of(new Upload("a.md", "ann@example.org", 3, Format.EPUB)));

    assertThat(read(write(uploads, Uploads.class), Uploads.class)).isEqualTo(uploads);
  }

  @Test
  void optional_isRefusedAtTheEnqueue() {
    assertThatThrownBy(() -> write(new Maybe(Optional.of("a")), Maybe.class))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("Nothing was sent");
  }

  private static <P> String write(P payload, Class<P> type) {
    return new String(JSON.write(payload, type), UTF_8);
  }

  private static <P> P read(String body, Class<P> type) {
    return JSON.read(body.getBytes(UTF_8), type);
  }

  private static void assertUnreadable(String body, Class<?> type) {
    assertThatThrownBy(() -> read(body, type)).isInstanceOf(PayloadException.class);
  }
}
