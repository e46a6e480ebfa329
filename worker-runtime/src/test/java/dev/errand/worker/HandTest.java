package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandTest {
  private final Hand hand = new Hand();

  @Test
  void whatIsTaken_isInHand_untilItIsSettled() {
    int epoch = hand.take();
    assertThat(hand.take()).isEqualTo(epoch);
    assertThat(hand.size()).isEqualTo(2);

    hand.settle(epoch);
    assertThat(hand.size()).isEqualTo(1);
  }

  @Test
  void whatIsSettledTwice_countsOnce() {
    int epoch = hand.take();
    hand.settle(epoch);
    hand.settle(epoch);

    assertThat(hand.size()).isZero();
    assertThat(hand.epoch()).isEqualTo(epoch);
  }

  @Test
  void loss_takesAll_andLateSettlingCountsForNothing() {
    int lost = hand.take();
    hand.take();
    hand.lose();
    assertThat(hand.size()).isZero();

    int next = hand.take();
    hand.settle(lost);
    assertThat(next).isNotEqualTo(lost).isEqualTo(hand.epoch());
    assertThat(hand.size()).isEqualTo(1);
  }
}
