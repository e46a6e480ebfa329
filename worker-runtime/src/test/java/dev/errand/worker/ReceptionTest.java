package dev.errand.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.WireFormat;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits in hand, while connections come and go. */
@Timeout(60)
class ReceptionTest {
  private static final String QUEUE = "jobs";
  private static final int PREFETCH = 4;

  private final OneTaken one = new OneTaken();
  private final Dispatcher dispatcher = one.dispatcher();
  private final Backlog backlog = dispatcher.backlog();
  private final Supply supply = new Supply(
      QUEUE,
      List.of(PREFETCH),
      one.reception(dispatcher),
      one.broker,
      one.herald(),
      new Lifecycle(one.time, Duration.ZERO));

  @AfterEach
  void close() {
    supply.intakes().forEach(Intake::close);
    one.close();
  }

  private long ready() {
    return one.broker.inspect(QUEUE, 0).join().ready();
  }

  /** As many come each time as may be in hand. */
  private void awaitComing() {
    Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> ready() == PREFETCH);
  }

  @Test
  void whatIsHeld_whileTheOneSlotIsBusy_isWithinThePrefetch_howeverManyConnectionsAreLost() {
    one.broker
        .declare(Queue.named(QUEUE), Queue.named(WireFormat.laneOf(QUEUE)))
        .join();
    for (int job = 0; job < 2 * PREFETCH; job++) {
      Message message = Message.of("job " + job, new byte[0]).build();
      one.broker.publish(Publication.of(message, Route.queue(QUEUE))).join();
    }
    supply.open();
    awaitComing();
    @Nullable Taken busy = backlog.take();

    for (int cut = 1; cut <= 100; cut++) {
      Faults.of(one.broker).cut();
      one.time.advance(Duration.ofMillis(10));
      awaitComing();
    }

    assertThat(busy).matches(Taken::gone);
    backlog.close();
    assertThat(backlog.leftovers()).hasSize(PREFETCH).noneMatch(Taken::gone);
  }
}
