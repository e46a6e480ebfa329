package dev.errand.worker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits in hand, where it meets a pause or a stop. */
@Timeout(60)
class BacklogTest {
  private final Backlog backlog = new Backlog();
  private final OneTaken one = new OneTaken();
  private final Taken taken = one.taken();

  @AfterEach
  void close() {
    one.close();
  }

  @Test
  void whatIsAside_isNotOffered_onceItWasGivenBack() {
    List<Taken> givenBack = new ArrayList<>();
    backlog.putAside(taken);
    assertThat(backlog.any()).isTrue();

    backlog.giveBack(each -> true, givenBack::add);
    backlog.offerFromAside(taken, taken);

    assertThat(givenBack).containsExactly(taken);
    assertThat(backlog.any()).isFalse();
  }

  @Test
  void whatIsAside_atTheClose_orComesAfterIt_isLeftOver() {
    backlog.putAside(taken);
    backlog.close();
    backlog.offerFromAside(taken, taken);
    assertThat(backlog.leftovers()).containsExactly(taken);

    backlog.putAside(taken);
    backlog.offerFromAside(taken, taken);
    assertThat(backlog.leftovers()).containsExactly(taken);
  }

  @Test
  void whatIsAside_isOfferedOnce() {
    backlog.putAside(taken);
    backlog.offerFromAside(taken, taken);
    backlog.offerFromAside(taken, taken);
    assertThat(backlog.isAside(taken)).isFalse();

    backlog.close();
    assertThat(backlog.leftovers()).containsExactly(taken);
  }

  private static void elsewhere(Runnable step) {
    CompletableFuture.runAsync(step, task -> new Thread(task).start())
        .orTimeout(10, SECONDS)
        .join();
  }

  /** As a verb of one worker delivers to another, whose verb delivers to this one. */
  @Test
  void whoGivesBack_locksOutNobody_whoTakesOver() {
    Taken next = one.taken();
    backlog.putAside(taken);
    backlog.giveBack(each -> true, each -> elsewhere(() -> backlog.putAside(next)));

    assertThat(backlog.isAside(next)).isTrue();
  }

  @Test
  void stop_amidAGivingBack_waitsForItsEnd() {
    backlog.putAside(taken);
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    backlog.giveBack(each -> true, each -> {
      backlog.close();
      ends.add(backlog.givenBack());
      assertThat(ends).singleElement().matches(end -> !end.isDone());
    });

    assertThat(ends).singleElement().matches(CompletableFuture::isDone);
    assertThat(backlog.leftovers()).isEmpty();
  }

  /** Runs these after a look, each once. */
  @SuppressWarnings("serial") // Nobody writes it.
  private static final class Watched extends ConcurrentLinkedQueue<Taken> {
    private final List<Runnable> afterALook = new ArrayList<>();

    @Override
    public @Nullable Taken poll() {
      Taken next = super.poll();
      while (!afterALook.isEmpty()) {
        afterALook.remove(0).run();
      }
      return next;
    }
  }

  @Test
  void taker_betweenItsLooks_findsWhatComesFromALane_whereTheOtherIsTakenBackByItsTicket() {
    Watched fromLanes = new Watched();
    Backlog watched = new Backlog(fromLanes);
    Taken fromLane = one.fromLane();
    List<Taken> givenBack = new ArrayList<>();
    watched.offer(taken);
    fromLanes.afterALook.add(() -> {
      watched.offer(fromLane);
      watched.giveBack(taken::equals, givenBack::add);
    });

    assertThat(watched.take()).isSameAs(fromLane);
    assertThat(givenBack).containsExactly(taken);
    assertThat(watched.any()).isFalse();
  }

  @Test
  void taker_afterTheClose_findsNothing() {
    backlog.close();
    backlog.dismiss(1);

    assertThat(backlog.take()).isNull();
  }

  @Test
  void afterTheClose_nothingIsTakenBack() {
    backlog.putAside(taken);
    backlog.close();
    List<Taken> givenBack = new ArrayList<>();
    backlog.giveBack(each -> true, givenBack::add);

    assertThat(givenBack).isEmpty();
    assertThat(backlog.leftovers()).containsExactly(taken);
  }
}
