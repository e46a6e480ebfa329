package dev.errand.testing.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ChannelsTest {
  private static final int METHOD = 1;
  private static final int HEADER = 2;
  private static final int BODY = 3;
  private static final int CHANNEL = 20;
  private static final int BASIC = 60;

  private final Channels channels = new Channels();

  @Test
  void strike_inTheMiddleOfAMessage_isDueAtItsEnd() {
    call(7, CHANNEL, 10);
    call(7, BASIC, 40);

    assertThat(channels.strike(Channels.Which.ALL)).isEqualTo(1);
    assertThat(channels.due()).isEmpty();

    channels.sent(HEADER, 7, ByteBuffer.allocate(14).putLong(4, 300));
    channels.sent(BODY, 7, ByteBuffer.allocate(200));
    assertThat(channels.due()).isEmpty();

    channels.sent(BODY, 7, ByteBuffer.allocate(100));
    assertThat(channels.due()).containsExactly(7);
    assertThat(channels.due()).isEmpty();
  }

  @Test
  void strike_ofAnEmptyMessage_isDueAfterItsHeader() {
    call(1, CHANNEL, 10);
    call(1, BASIC, 40);
    channels.strike(Channels.Which.ALL);

    channels.sent(HEADER, 1, ByteBuffer.allocate(14));

    assertThat(channels.due()).containsExactly(1);
  }

  @Test
  void strike_ofAChannelThatThenCloses_isNeverDue() {
    call(1, CHANNEL, 10);
    call(1, BASIC, 40);
    channels.strike(Channels.Which.ALL);

    call(1, CHANNEL, 41);

    assertThat(channels.due()).isEmpty();
    assertThat(channels.strike(Channels.Which.ALL)).isZero();
  }

  @Test
  void strike_ofAChannelOpenedAgain_strikesAgain() {
    call(1, CHANNEL, 10);
    assertThat(channels.strike(Channels.Which.ALL)).isEqualTo(1);
    assertThat(channels.strike(Channels.Which.ALL)).isZero();

    call(1, CHANNEL, 40);
    call(1, CHANNEL, 10);

    assertThat(channels.strike(Channels.Which.ALL)).isEqualTo(1);
  }

  @Test
  void strikeConsuming_takesOnlyThoseThatAskedToConsume() {
    call(1, CHANNEL, 10);
    call(2, CHANNEL, 10);
    call(2, BASIC, 20);

    assertThat(channels.strike(Channels.Which.CONSUMING)).isEqualTo(1);

    assertThat(channels.due()).containsExactly(2);
  }

  private void call(int channel, int type, int method) {
    channels.sent(
        METHOD, channel, ByteBuffer.allocate(4).putShort(0, (short) type).putShort(2, (short)
            method));
  }
}
