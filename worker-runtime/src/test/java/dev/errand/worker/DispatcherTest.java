package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is aside, where it meets a pause or a stop. */
class DispatcherTest {
  private final List<Taken> worked = new ArrayList<>();
  private final Dispatcher dispatcher =
      new Dispatcher("test", 1, Threads.PLATFORM, (taken, thread) -> worked.add(taken));
  private final OneTaken one = new OneTaken();
  private final Taken taken = one.taken();

  @AfterEach
  void close() {
    one.close();
  }

  @Test
  void whatIsAside_isNotOffered_onceItWasGivenBack() {
    List<Taken> givenBack = new ArrayList<>();
    dispatcher.putAside(taken);
    assertThat(dispatcher.anyWaits()).isTrue();

    dispatcher.giveBack(each -> true, givenBack::add);
    dispatcher.offerFromAside(taken, taken);

    assertThat(givenBack).containsExactly(taken);
    assertThat(dispatcher.anyWaits()).isFalse();
  }

  @Test
  void whatIsAside_atTheClose_orComesAfterIt_isLeftOver() {
    dispatcher.putAside(taken);
    dispatcher.close();
    dispatcher.offerFromAside(taken, taken);
    assertThat(dispatcher.leftovers()).containsExactly(taken);

    dispatcher.putAside(taken);
    dispatcher.offerFromAside(taken, taken);
    assertThat(dispatcher.leftovers()).containsExactly(taken);
  }

  @Test
  void whatIsAside_isOfferedOnce() {
    dispatcher.putAside(taken);
    dispatcher.offerFromAside(taken, taken);
    dispatcher.offerFromAside(taken, taken);
    assertThat(dispatcher.isAside(taken)).isFalse();

    dispatcher.close();
    assertThat(dispatcher.leftovers()).containsExactly(taken);
  }
}
