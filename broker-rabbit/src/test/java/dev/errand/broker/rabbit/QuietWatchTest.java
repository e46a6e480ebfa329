package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.time.ManualTime;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When a channel counts as quiet; {@link RabbitSubscriptionTest} shows what follows. */
class QuietWatchTest {
  private final ManualTime time = ManualTime.create();
  private final Settler settler = new Settler(10, new TakesAll(), new NobodyCalled());
  private final AtomicInteger quiet = new AtomicInteger();
  private long tags;

  private static final class TakesAll implements Settler.Frames {
    @Override
    public void acknowledge(long tag, boolean multiple) {}

    @Override
    public void reject(long tag) {}
  }

  private static final class NobodyCalled implements Settler.Caller {
    @Override
    public void call() {}

    @Override
    public void hurry() {}
  }

  private static final class Job extends Settler.Entry {
    private Job(Settler settler, long tag) {
      super(settler, tag);
    }

    @Override
    void settled() {}

    @Override
    void gone() {}
  }

  private void watch() {
    new QuietWatch(settler, time.scheduler("watch")::after, quiet::incrementAndGet).begin();
  }

  private Job arrive() {
    Job job = new Job(settler, ++tags);
    assertThat(settler.add(job)).isTrue();
    return job;
  }

  private void settle(Job job) throws IOException {
    assertThat(job.take()).isTrue();
    job.finish();
    settler.settleAll();
  }

  @Test
  void channelThatBringsNothing_isQuiet_eachMinute() {
    watch();
    time.advance(QuietWatch.LONGEST.minusNanos(1));
    assertThat(quiet).hasValue(0);

    time.advance(QuietWatch.LONGEST);
    assertThat(quiet).hasValue(1);
    time.advance(QuietWatch.LONGEST);
    assertThat(quiet).hasValue(2);
  }

  @Test
  void channelThatBroughtSomethingMeanwhile_isNotQuiet_untilAMinuteLater() throws IOException {
    watch();
    settle(arrive());

    time.advance(QuietWatch.LONGEST);
    assertThat(quiet).hasValue(0);
    time.advance(QuietWatch.LONGEST);
    assertThat(quiet).hasValue(1);
  }

  @Test
  void channelWhoseDeliveryIsInHand_isNotQuiet() throws IOException {
    Job held = arrive();
    watch();

    time.advance(QuietWatch.LONGEST.multipliedBy(3));
    assertThat(quiet).hasValue(0);
    settle(held);
    time.advance(QuietWatch.LONGEST);
    assertThat(quiet).hasValue(1);
  }

  @Test
  void channelThatIsOver_isWatchedNoMore() {
    watch();
    settler.end();

    time.advance(QuietWatch.LONGEST);
    assertThat(quiet).hasValue(0);
    assertThat(time.untilNext()).isEmpty();
  }
}
