package dev.errand.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Message;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WireFormatTest {

  @Test
  void count_wholeNumberOfEitherWidth_isTaken() {
    assertThat(WireFormat.count(with(3), WireFormat.ATTEMPT, 1)).isEqualTo(3);
    assertThat(WireFormat.count(with(4L), WireFormat.ATTEMPT, 1)).isEqualTo(4);
  }

  @Test
  void count_absentOrForged_isTheDefault() {
    Message without = Message.of("1", new byte[0]).build();

    assertThat(WireFormat.count(without, WireFormat.ATTEMPT, 1)).isEqualTo(1);
    for (Object forged : new Object[] {-1, Long.MAX_VALUE, 1L << 31, "7", true, 2.5}) {
      assertThat(WireFormat.count(with(forged), WireFormat.ATTEMPT, 1)).isEqualTo(1);
    }
  }

  @Test
  void count_ofEitherBound_isTaken() {
    assertThat(WireFormat.count(with(0), WireFormat.ATTEMPT, 1)).isZero();
    assertThat(WireFormat.count(with(Integer.MAX_VALUE), WireFormat.ATTEMPT, 1))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void payloadVersion_isItsHeader_andOneWhereThatIsNone() {
    Message second =
        Message.of("1", new byte[0]).header(WireFormat.PAYLOAD_VERSION, 2).build();
    Message forged =
        Message.of("1", new byte[0]).header(WireFormat.PAYLOAD_VERSION, 0).build();

    assertThat(WireFormat.payloadVersion(second)).isEqualTo(2);
    assertThat(WireFormat.payloadVersion(forged)).isEqualTo(1);
    assertThat(WireFormat.payloadVersion(with(7))).isEqualTo(1);
  }

  @Test
  void lane_isKnownByItsName() {
    assertThat(WireFormat.laneOf("mails")).isEqualTo("mails.returned");
    assertThat(WireFormat.laneIn("mails.returned")).hasValue("mails");
    assertThat(WireFormat.laneIn("mails")).isEmpty();
  }

  @Test
  void time_ofEitherWidth_isTaken_andWhatIsNoneCountsAsAbsent() {
    assertThat(WireFormat.time(with(0), WireFormat.ATTEMPT)).isEqualTo(Instant.EPOCH);
    assertThat(WireFormat.time(with(4L), WireFormat.ATTEMPT)).isEqualTo(Instant.ofEpochMilli(4));
    assertThat(WireFormat.time(with(Long.MAX_VALUE), WireFormat.ATTEMPT))
        .isEqualTo(Instant.ofEpochMilli(Long.MAX_VALUE));
    for (Object forged : new Object[] {-1, Long.MIN_VALUE, "7", true, 2.5}) {
      assertThat(WireFormat.time(with(forged), WireFormat.ATTEMPT)).isNull();
    }
    assertThat(WireFormat.time(with(3), WireFormat.DUE_AT)).isNull();
  }

  private static Message with(Object value) {
    return Message.of("1", new byte[0]).header(WireFormat.ATTEMPT, value).build();
  }
}
