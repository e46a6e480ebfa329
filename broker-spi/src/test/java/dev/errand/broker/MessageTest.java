package dev.errand.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageTest {
  @Test
  void build_instants_areCutToSeconds() {
    Instant fine = Instant.parse("2030-01-01T12:00:00.987Z");
    Message message =
        Message.of("m", new byte[0]).timestamp(fine).header("at", fine).build();
    assertThat(message.timestamp()).isEqualTo(Instant.parse("2030-01-01T12:00:00Z"));
    assertThat(message.headers()).containsEntry("at", Instant.parse("2030-01-01T12:00:00Z"));
  }

  @Test
  void copy_changedBuilder_leavesTheOriginal() {
    Message original =
        Message.of("m", new byte[] {1}).type("t").priority(3).header("a", 1).build();
    Message copy = original.copy().header("a", null).header("b", 2L).build();
    assertThat(original.headers()).isEqualTo(Map.of("a", 1));
    assertThat(copy.headers()).isEqualTo(Map.of("b", 2L));
    assertThat(copy.type()).isEqualTo("t");
    assertThat(copy.priority()).isEqualTo(3);
  }

  @Test
  void build_twice_givesTwoMessages() {
    Message.Builder builder = Message.of("m", new byte[0]).header("a", 1);
    Message first = builder.build();
    Message second = builder.header("b", 2).build();
    assertThat(first.headers()).containsOnlyKeys("a");
    assertThat(second.headers()).containsOnlyKeys("a", "b");
  }

  @Test
  void header_brokersName_isRefused() {
    for (String name : new String[] {"x-death", "CC", "BCC"}) {
      assertThatThrownBy(() -> Message.of("m", new byte[0]).header(name, List.of("other")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + name + "'");
    }
    assertThat(Message.of("m", new byte[0]).header("cc", "a").build().headers()).containsKey("cc");
  }

  @Test
  void header_otherType_isRefusedWithTheAllowedOnes() {
    assertThatThrownBy(() -> Message.of("m", new byte[0]).header("a", List.of((short) 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Short")
        .hasMessageContaining("String, Integer, Long");
  }

  @Test
  void header_numberThatIsNotFinite_isRefused() {
    for (double number :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> Message.of("m", new byte[0]).header("a", List.of(number)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'a'")
          .hasMessageContaining("" + number);
    }
  }

  @Test
  void headers_cannotBeChanged() {
    Message message = Message.of("m", new byte[0]).header("a", 1).build();
    assertThatThrownBy(() -> message.headers().put("b", 2))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void toString_showsNoContent() {
    assertThat(Message.of("m", "secret".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .header("h", "secret")
            .build()
            .toString())
        .doesNotContain("secret");
  }
}
