package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class SuspicionTest {
  private final Suspicion suspicion = new Suspicion();

  @Test
  void firstConnection_excusesNothing() {
    suspicion.lost();
    suspicion.consuming();

    assertThat(suspicion.excuses(cameBack("a"))).isFalse();
  }

  @Test
  void reconnect_excusesWhatComesBack_untilSomethingFreshCame() {
    reconnect();

    assertThat(suspicion.excuses(cameBack("a"))).isTrue();
    assertThat(suspicion.excuses(cameBack("b"))).isTrue();
    assertThat(suspicion.excuses(fresh("a"))).isFalse();
    assertThat(suspicion.excuses(cameBack("c"))).isFalse();
  }

  @Test
  void reconnect_excusesEachJobOnce() {
    reconnect();

    assertThat(suspicion.excuses(cameBack("a"))).isTrue();
    assertThat(suspicion.excuses(cameBack("a"))).isFalse();
    reconnect();
    assertThat(suspicion.excuses(cameBack("a"))).isTrue();
  }

  @Test
  void jobThatWeHeldAtTheLoss_isExcusedOnce_howeverLateItComesBack() {
    suspicion.consuming();
    assertThat(suspicion.excuses(fresh("mine"))).isFalse();
    reconnect();
    assertThat(suspicion.excuses(fresh("another"))).isFalse();

    assertThat(suspicion.excuses(cameBack("mine"))).isTrue();
    assertThat(suspicion.excuses(cameBack("mine"))).isFalse();
  }

  @Test
  void jobThatWeHadSettled_beforeTheLoss_isNotExcused() {
    Delivery settled = fresh("killer");
    suspicion.consuming();
    assertThat(suspicion.excuses(settled)).isFalse();
    suspicion.settled(settled);
    reconnect();
    assertThat(suspicion.excuses(fresh("another"))).isFalse();

    assertThat(suspicion.excuses(cameBack("killer"))).isFalse();
  }

  @Test
  void settling_ofAnEarlierDelivery_leavesTheOneInHand() {
    Delivery earlier = fresh("mine");
    suspicion.consuming();
    assertThat(suspicion.excuses(earlier)).isFalse();
    assertThat(suspicion.excuses(fresh("mine"))).isFalse();
    suspicion.settled(earlier);
    reconnect();
    assertThat(suspicion.excuses(fresh("another"))).isFalse();

    assertThat(suspicion.excuses(cameBack("mine"))).isTrue();
  }

  @Test
  void jobsWithoutAnId_areEachExcusedByTheReconnect() {
    reconnect();

    assertThat(suspicion.excuses(cameBack(""))).isTrue();
    assertThat(suspicion.excuses(cameBack(""))).isTrue();
    assertThat(suspicion.excuses(fresh("a"))).isFalse();
    assertThat(suspicion.excuses(cameBack(""))).isFalse();
  }

  @Test
  void jobWithoutAnId_thatWeHeldAtTheLoss_excusesNoOther() {
    suspicion.consuming();
    assertThat(suspicion.excuses(fresh(""))).isFalse();
    reconnect();
    assertThat(suspicion.excuses(fresh("another"))).isFalse();

    assertThat(suspicion.excuses(cameBack(""))).isFalse();
  }

  private void reconnect() {
    suspicion.consuming();
    suspicion.lost();
    suspicion.consuming();
  }

  private static Delivery fresh(String id) {
    return delivery(id, 0);
  }

  private static Delivery cameBack(String id) {
    return delivery(id, 1);
  }

  private static Delivery delivery(String id, int redeliveries) {
    return new Delivery() {
      @Override
      public Message message() {
        return Message.of(id, new byte[0]).build();
      }

      @Override
      public int redeliveries() {
        return redeliveries;
      }

      @Override
      public CompletableFuture<Void> ack() {
        throw new AssertionError();
      }

      @Override
      public CompletableFuture<Void> release() {
        throw new AssertionError();
      }

      @Override
      public CompletableFuture<Void> replace(Publication copy) {
        throw new AssertionError();
      }

      @Override
      public CompletableFuture<Void> reject() {
        throw new AssertionError();
      }
    };
  }
}
