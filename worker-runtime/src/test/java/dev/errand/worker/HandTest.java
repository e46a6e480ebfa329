package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandTest {
  private final Hand hand = new Hand();

  @Test
  void whatIsTaken_isInHand_untilItIsSettled() {
    int turn = hand.take();
    assertThat(hand.take()).isEqualTo(turn);
    assertThat(hand.size()).isEqualTo(2);

    hand.settle(turn);
    assertThat(hand.size()).isEqualTo(1);
  }

  @Test
  void whatIsSettledTwice_countsOnce() {
    int turn = hand.take();
    hand.settle(turn);
    hand.settle(turn);

    assertThat(hand.size()).isZero();
    assertThat(hand.lost(turn)).isFalse();
  }

  @Test
  void loss_takesAll_andLateSettlingCountsForNothing() {
    int lost = hand.take();
    hand.take();
    hand.lose();
    assertThat(hand.size()).isZero();
    assertThat(hand.lost(lost)).isTrue();

    int next = hand.take();
    hand.settle(lost);
    assertThat(hand.lost(next)).isFalse();
    assertThat(hand.size()).isEqualTo(1);
  }

  @Test
  void whatAConsumerFinds_isCarried_andMayKeepAsManyPlacesClosed_untilItIsSettled() {
    int carried = hand.take();
    hand.take();
    hand.carry();
    int fresh = hand.take();
    assertThat(hand.lost(carried)).isFalse();
    assertThat(hand.hasRoom(5)).isFalse();
    assertThat(hand.hasRoom(6)).isTrue();

    hand.settle(fresh);
    assertThat(hand.hasRoom(4)).isFalse();
    assertThat(hand.hasRoom(5)).isTrue();

    hand.settle(carried);
    assertThat(hand.hasRoom(2)).isFalse();
    assertThat(hand.hasRoom(3)).isTrue();
  }

  @Test
  void whatIsCarried_andLost_keepsNoPlaceClosed() {
    int carried = hand.take();
    hand.carry();
    hand.lose();
    hand.settle(carried);

    assertThat(hand.hasRoom(1)).isTrue();
  }
}
