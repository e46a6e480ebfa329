package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import dev.errand.broker.Message;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** A message comes out of AMQP's own bytes as it went in. */
class WireFormatPropertyTest {
  private static final int MOST_HEADER_BYTES = 65_536;

  /** Any Unicode but half a surrogate pair, which is no character. */
  private static Arbitrary<String> texts() {
    Arbitrary<String> letters = Arbitraries.strings()
        .withCharRange('\u0000', '\ud7ff')
        .withCharRange('\ue000', '\uffff')
        .ofMaxLength(20);
    Arbitrary<String> chosen =
        Arbitraries.of("", " ", "\u0000", "漢字", "e\u0301", "\ud83d\ude80", "\u202eabc", "a\r\nb");
    return Arbitraries.oneOf(letters, chosen);
  }

  /** Seconds that are years apart, before 1970 too. */
  private static Arbitrary<Instant> instants() {
    return Arbitraries.longs()
        .between(-100_000_000_000L, 100_000_000_000L)
        .map(Instant::ofEpochSecond);
  }

  private static Arbitrary<Object> values() {
    Arbitrary<Object> single = Arbitraries.oneOf(
        texts().asGeneric(),
        Arbitraries.integers().asGeneric(),
        Arbitraries.longs().asGeneric(),
        Arbitraries.of(true, false).asGeneric(),
        Arbitraries.doubles()
            .between(-Double.MAX_VALUE, Double.MAX_VALUE)
            .ofScale(3)
            .asGeneric(),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(10).asGeneric(),
        instants().asGeneric());
    Arbitrary<Object> list = single.list().ofMaxSize(4).asGeneric();
    return Arbitraries.oneOf(single, list, list.list().ofMaxSize(2).asGeneric());
  }

  @Provide
  Arbitrary<Map<String, Object>> headers() {
    Arbitrary<String> names =
        texts().map(text -> "h" + text).filter(name -> !name.equals(Message.BROKER_REASON));
    return Arbitraries.maps(names, values()).ofMaxSize(6);
  }

  @Provide
  Arbitrary<@Nullable String> shortTexts() {
    return texts().injectNull(0.2);
  }

  @Provide
  Arbitrary<@Nullable Instant> times() {
    return instants().injectNull(0.2);
  }

  @Provide
  Arbitrary<byte[]> bodies() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(50);
  }

  @Property(tries = 2_000)
  void message_throughAmqp_isTheSame(
      @ForAll("bodies") byte[] body,
      @ForAll("headers") Map<String, Object> headers,
      @ForAll("times") @Nullable Instant timestamp,
      @ForAll("shortTexts") @Nullable String text,
      @ForAll("shortTexts") @Nullable String other,
      @ForAll short number)
      throws IOException {
    Message sent = Message.of(text == null ? "" : text, body)
        .type(other)
        .contentType(text)
        .timestamp(timestamp)
        .priority(number & 0xff)
        .correlationId(other)
        .replyTo(text)
        .appId(other)
        .headers(headers)
        .build();

    Message received = Properties.message("q", throughAmqp(Properties.of(sent, 7, "due")), body);

    assertThat(received).usingRecursiveComparison().isEqualTo(sent);
  }

  @Property(tries = 1_000)
  void whatIsOurs_isNotSeen_andTheKeyIsFound(
      @ForAll("headers") Map<String, Object> headers, @ForAll("shortTexts") @Nullable String key)
      throws IOException {
    Message sent = Message.of("m", new byte[0]).headers(headers).build();

    AMQP.BasicProperties arrived = throughAmqp(Properties.of(sent, Long.MAX_VALUE, key));

    assertThat(Properties.dueKey(arrived)).isEqualTo(key == null ? "" : key);
    assertThat(arrived.getHeaders()).containsEntry(Properties.NUMBER, Long.MAX_VALUE);
    assertThat(Properties.message("q", arrived, new byte[0]).headers()).hasSize(headers.size());
  }

  /** As the client writes and reads a header frame. */
  private static AMQP.BasicProperties throughAmqp(AMQP.BasicProperties sent) throws IOException {
    Frame frame = sent.toFrame(1, 0);
    assertThat(frame.getPayload()).hasSizeLessThan(MOST_HEADER_BYTES);
    DataInputStream bytes = new DataInputStream(new ByteArrayInputStream(frame.getPayload()));
    assertThat(bytes.readUnsignedShort()).as("the class").isEqualTo(sent.getClassId());
    return new AMQP.BasicProperties(bytes);
  }
}
