package dev.errand.broker.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the broker may hold, and what is done with what it takes no more. */
final class BoundTest {
  private static final Queue DEAD = Queue.named("jobs.dead");
  private static final Queue JOBS = Queue.named("jobs").overflow("jobs.dead");
  private static final Queue OTHER = Queue.named("other");
  private static final Exchange ALL = Exchange.fanout("all");

  private final ManualTime time = ManualTime.create();
  private final List<Delivery> deliveries = new ArrayList<>();
  private final List<Broker> opened = new ArrayList<>();

  private Broker open(String parameters) {
    Broker broker = Broker.open("memory:bound?" + parameters, time);
    opened.add(broker);
    broker
        .declare(DEAD, JOBS, OTHER, ALL, JOBS.boundTo(ALL, ""), OTHER.boundTo(ALL, ""))
        .join();
    return broker;
  }

  @AfterEach
  void close() {
    opened.forEach(Broker::close);
  }

  @Test
  void publish_aboveTheMessages_isRejectedUntilOneIsSettled() {
    Broker broker = open("max-messages=3");
    broker.subscribe("jobs", 1, deliveries::add);
    publish(broker, "unsettled");
    publish(broker, "waiting");
    broker.publish(toJobs("delayed").after(Duration.ofHours(1))).join();

    PublishException refused = refusal(broker, toJobs("more"));

    assertThat(refused)
        .hasMessage("The broker in memory holds 3 messages, at most 3 are allowed. Message more to"
            + " queue 'jobs' was not published. To publish it again is safe. Have messages"
            + " consumed first, or raise 'max-messages' in the address.");
    assertThat(refusal(broker, toJobs("later").after(Duration.ofHours(1))).reason())
        .isEqualTo(PublishException.Reason.REJECTED);
    deliveries.get(0).ack().join();
    publish(broker, "more");
  }

  @Test
  void publish_aboveTheBytes_isRejected() {
    Broker broker = open("max-bytes=25");
    publish(broker, "ten bytes");
    publish(broker, "ten more");

    assertThat(refusal(broker, toJobs("too many")))
        .hasMessageContaining("holds messages of 20 bytes, and with 10 more there were over the 25")
        .hasMessageContaining("'max-bytes'");
  }

  @Test
  void publish_throughAnExchange_countsEachCopy() {
    Broker broker = open("max-messages=3");
    Publication toAll = Publication.of(message("copied"), Route.exchange(ALL, ""));
    broker.publish(toAll).join();

    assertThat(refusal(broker, toAll)).hasMessageContaining("holds 2 messages");
    publish(broker, "one");
  }

  @Test
  void bound_isOfTheHandle_andWhatItCountsIsOfAll() {
    Broker wide = open("");
    Broker narrow = open("max-messages=1");
    publish(wide, "one");

    assertThat(refusal(narrow, toJobs("two"))).hasMessageContaining("at most 1");
    publish(wide, "two");
  }

  @Test
  void settling_inAFullBroker_goesOn() {
    Broker broker = open("max-messages=3&max-bytes=30");
    broker.subscribe("jobs", 3, deliveries::add);
    publish(broker, "released");
    publish(broker, "retried");
    publish(broker, "rejected");

    deliveries.get(0).release().join();
    deliveries.get(1).replace(toJobs("retry").after(Duration.ofSeconds(5))).join();
    deliveries.get(2).reject().join();
    refusal(broker, toJobs("more"));
    time.advance(Duration.ofSeconds(5));

    assertThat(deliveries)
        .extracting(delivery -> delivery.message().id())
        .containsExactly("released", "retried", "rejected", "released", "retry");
    assertThat(broker.inspect("jobs.dead", 0).join().ready()).isEqualTo(1);
    deliveries.get(3).ack().join();
    deliveries.get(4).ack().join();
    publish(broker, "two are free");
    publish(broker, "by now");
    refusal(broker, toJobs("more"));
  }

  @Test
  void whatIsDeletedOrLost_countsNoMore() {
    Broker broker = open("max-messages=2");
    broker.subscribe("other", 1, deliveries::add);
    broker.publish(Publication.of(message("all"), Route.exchange(ALL, ""))).join();
    Faults faults = Faults.of(broker);

    faults.deleteQueue("other");
    publish(broker, "one is free");
    refusal(broker, toJobs("more"));
    faults.restart();
    broker.publish(toJobs("delayed").after(Duration.ofHours(1))).join();
    faults.restart();

    publish(broker, "both");
    publish(broker, "are free");
    refusal(broker, toJobs("more"));
  }

  private static void publish(Broker broker, String id) {
    broker.publish(toJobs(id)).join();
  }

  private static PublishException refusal(Broker broker, Publication publication) {
    Throwable cause = assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> broker.publish(publication).join())
        .actual()
        .getCause();
    return (PublishException) cause;
  }

  private static Publication toJobs(String id) {
    return Publication.of(message(id), Route.queue("jobs"));
  }

  private static Message message(String id) {
    return Message.of(id, new byte[10]).build();
  }
}
