package dev.errand.broker.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.Broker;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of jobs that nobody in this process wanted, when their broker ends. */
final class StrandedJobsTest {
  private static final String NAMED = "memory:shop";

  private final Logger logger = Logger.getLogger(Server.class.getName());
  private final Lines lines = new Lines();

  private static final class Lines extends Handler {
    private final List<String> texts = new ArrayList<>();

    @Override
    public void publish(LogRecord line) {
      texts.add(line.getLevel() + " " + line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() {
    logger.addHandler(lines);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void leave() {
    logger.removeHandler(lines);
    logger.setUseParentHandlers(true);
  }

  @Test
  void close_withJobsThatNobodyConsumed_warnsOnceWithQueuesCountsAndRemedy() {
    try (Broker broker = open(NAMED)) {
      publish(broker, "mails");
      publish(broker, "mails");
      publish(broker, "bills");
      open(NAMED).close();
      assertThat(lines.texts).as("another handle is open").isEmpty();
    }

    assertThat(lines.texts)
        .containsExactly("WARNING 'memory:shop' is closed, and jobs that nobody ever consumed are"
            + " lost: 1 in queue 'bills', 2 in queue 'mails'. A broker in memory lives in one"
            + " process, and a worker in another never meets it. Run the worker in this process,"
            + " or give both an amqp:// address.");
  }

  @Test
  void close_withJobsOfAWorkerThatLeft_isSilent() {
    try (Broker broker = open(NAMED)) {
      broker.subscribe("mails", 1, delivery -> {}).close();
      publish(broker, "mails");
    }

    assertThat(lines.texts).isEmpty();
  }

  @Test
  void close_onAClockThatATestMoves_isSilent() {
    try (Broker broker = declaring(Broker.open(NAMED, ManualTime.create()))) {
      publish(broker, "mails");
    }

    assertThat(lines.texts).isEmpty();
  }

  @Test
  void close_withDeadLettersOnly_isSilent() {
    try (Broker broker = open(NAMED)) {
      publish(broker, "mails.dead");
    }

    assertThat(lines.texts).isEmpty();
  }

  @Test
  void close_withDelayedJobsThatNobodyWouldConsume_tellsThemToo() {
    Exchange news = Exchange.topic("news");
    try (Broker broker = open(NAMED)) {
      broker.declare(news, Queue.named("bills").boundTo(news, "#")).join();
      publish(broker, "mails");
      delay(broker, to("bills"));
      delay(broker, to("bills"));
      delay(broker, Publication.of(to("bills").message(), Route.exchange(news, "en")));
    }

    assertThat(lines.texts)
        .singleElement()
        .asString()
        .contains("are lost: 1 in queue 'mails', 1 delayed for exchange 'news' with key 'en', 2"
            + " delayed for queue 'bills'.");
  }

  @Test
  void close_withDelayedJobsOfAWorkerThatWasThere_isSilent() {
    try (Broker broker = open(NAMED)) {
      broker.subscribe("mails", 1, delivery -> {}).close();
      delay(broker, to("mails"));
    }

    assertThat(lines.texts).isEmpty();
  }

  private static void delay(Broker broker, Publication publication) {
    broker.publish(publication.after(Duration.ofHours(1))).join();
  }

  @Test
  void close_withoutAName_saysThatEachOpenedBrokerIsOneOfItsOwn() {
    try (Broker broker = open("memory:")) {
      publish(broker, "mails");
    }

    assertThat(lines.texts)
        .containsExactly("WARNING 'memory:' is closed, and jobs that nobody ever consumed are lost:"
            + " 1 in queue 'mails'. Without a name each opened broker is one of its own, which no"
            + " worker on another meets. Open one for both, give it a name as in memory:demo, or"
            + " give both an amqp:// address where they are two processes.");
  }

  private static Broker open(String address) {
    return declaring(Broker.open(address));
  }

  private static Broker declaring(Broker broker) {
    Queue dead = Queue.named("mails.dead");
    broker
        .declare(dead, Queue.named("mails").overflow("mails.dead"), Queue.named("bills"))
        .join();
    return broker;
  }

  private static void publish(Broker broker, String queue) {
    broker.publish(to(queue)).join();
  }

  private static Publication to(String queue) {
    return Publication.of(Message.of("job", new byte[0]).build(), Route.queue(queue));
  }
}
