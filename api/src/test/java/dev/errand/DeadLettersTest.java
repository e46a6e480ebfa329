package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.Queue;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.TopologyException;
import dev.errand.broker.UnavailableException;
import dev.errand.broker.inmemory.Faults;
import dev.errand.codec.WireFormat;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DeadLettersTest {
  private final String address = "memory:" + UUID.randomUUID() + "?publish-timeout=100ms";
  private final Broker broker = Broker.open(address);
  private final DeadLetters letters = DeadLetters.of(broker, "mails").every(Duration.ZERO);

  @AfterEach
  void close() {
    broker.close();
  }

  private void standing(int letters) {
    broker
        .declare(Queue.named("mails.dead"), Queue.named("mails").overflow("mails.dead"))
        .join();
    IntStream.rangeClosed(1, letters).forEach(i -> die("m" + i));
  }

  private void die(String id) {
    die(Message.of(id, new byte[0]).type("mail").header(WireFormat.ATTEMPT, 3).build());
  }

  private void die(Message letter) {
    broker.publish(Publication.of(letter, Route.queue("mails.dead"))).join();
  }

  private List<String> ids(String queue) {
    return messages(queue).stream().map(Message::id).toList();
  }

  private List<Message> messages(String queue) {
    return broker.inspect(queue, 1000).join().head();
  }

  private static Predicate<DeadLetter> is(String id) {
    return letter -> letter.id().equals(id);
  }

  private static PassReport report(long taken, long left) {
    return new PassReport("mails", taken, left, List.of(), null);
  }

  @Test
  void list_looksAtTheOldest_andLeavesThem() {
    standing(5);

    assertThat(letters.list(3)).extracting(DeadLetter::id).containsExactly("m1", "m2", "m3");
    assertThat(letters.list(3, is("m2"))).extracting(DeadLetter::id).containsExactly("m2");
    assertThat(letters.list(3, is("m4"))).isEmpty();
    assertThat(letters.count()).isEqualTo(5);
  }

  @Test
  void list_ofAQueueThatIsNotThere_saysWhatToLookFor() {
    assertThatThrownBy(() -> letters.list(1))
        .isInstanceOf(TopologyException.class)
        .hasMessage("There are no dead letters of queue 'mails': the broker has no queue"
            + " 'mails.dead'. See whether the name is right and the address too: a queue's first"
            + " sender or worker makes both queues.");
  }

  @Test
  void pass_overTheDeadQueueByItsName_saysWhichToName() {
    standing(0);

    assertThatThrownBy(() -> DeadLetters.of(broker, "mails.dead").redrive(letter -> true))
        .isInstanceOf(TopologyException.class)
        .hasMessageEndingWith("Name the queue that the jobs came from, 'mails'.");
    assertThatThrownBy(() -> DeadLetters.of(broker, "mails.returned").count())
        .isInstanceOf(TopologyException.class)
        .hasMessageEndingWith("Name the queue that the jobs came from, 'mails'.");
  }

  @Test
  void bounds_areChecked() {
    assertThatThrownBy(() -> letters.list(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A list of at most 0 dead letters is empty. Give 1 or more.");
    assertThatThrownBy(() -> letters.atMost(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("At most 0 dead letters are none. Give 1 or more.");
    assertThatThrownBy(() -> letters.every(Duration.ofSeconds(61)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A pause of 1 min 1 s between two dead letters is out of range."
            + " Give 0 ms to 1 min.");
    assertThatThrownBy(() -> letters.every(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(letters.every(DeadLetters.LONGEST_PAUSE)).isNotNull();
  }

  @Test
  void redrive_ofAnEmptyQueue_doesNothing() {
    standing(0);

    assertThat(letters.redrive(letter -> true)).isEqualTo(report(0, 0));
  }

  @Test
  void redrive_all_bringsThemBackInOrder() {
    standing(25);

    assertThat(letters.redrive(letter -> true)).isEqualTo(report(25, 0));

    assertThat(ids("mails"))
        .isEqualTo(IntStream.rangeClosed(1, 25).mapToObj(i -> "m" + i).toList());
    assertThat(messages("mails")).noneMatch(m -> m.headers().containsKey(WireFormat.ATTEMPT));
    assertThat(ids("mails.dead")).isEmpty();
  }

  @Test
  void redrive_some_leavesTheOthersInOrder() {
    standing(25);

    PassReport report =
        letters.redrive(letter -> Integer.parseInt(letter.id().substring(1)) % 5 == 0);

    assertThat(report).isEqualTo(report(5, 20));
    assertThat(report.complete()).isTrue();
    assertThat(ids("mails")).containsExactly("m5", "m10", "m15", "m20", "m25");
    assertThat(ids("mails.dead")).startsWith("m1", "m2", "m3", "m4", "m6").hasSize(20);
  }

  @Test
  void redrive_atMost_takesTheOldest_andLooksAtNoOther() {
    standing(5);
    List<String> looked = new ArrayList<>();

    PassReport report = letters.atMost(2).redrive(letter -> looked.add(letter.id()));

    assertThat(report).isEqualTo(report(2, 0));
    assertThat(looked).containsExactly("m1", "m2");
    assertThat(ids("mails.dead")).containsExactly("m3", "m4", "m5");
  }

  @Test
  void redrive_afterAList_whoseLettersAreBackLate_missesNone() {
    standing(1);
    DeadLetters late = DeadLetters.of(puttingBackLate(), "mails");

    assertThat(late.list(1)).hasSize(1);

    assertThat(late.redrive(letter -> true)).isEqualTo(report(1, 0));
  }

  @Test
  void redrive_afterOne_whoseLettersInHandAreBackLate_missesNone() {
    standing(25);
    DeadLetters late = DeadLetters.of(puttingBackLate(), "mails").every(Duration.ZERO);

    assertThat(late.atMost(1).redrive(letter -> true)).isEqualTo(report(1, 0));

    assertThat(late.redrive(letter -> true)).isEqualTo(report(24, 0));
  }

  @Test
  void list_whoseLettersAnotherTakes_endsAfterASecond() {
    standing(2);
    Broker stealing = changed((method, arguments) -> {
      Object answer = method.invoke(broker, arguments);
      if (isLookAtHead(method, arguments)) {
        Subscription taking = broker.subscribe("mails.dead", 1, delivery -> {});
        assertThat(taking.state()).isEqualTo(Subscription.State.CONSUMING);
      }
      return answer;
    });

    assertThat(DeadLetters.of(stealing, "mails").list(2)).hasSize(2);
    assertThat(letters.count()).isEqualTo(1);
  }

  /** As a server that counts what was looked at, or in hand, only from the fourth look on. */
  @SuppressWarnings("FutureReturnValueIgnored") // The proxy's caller has it.
  private Broker puttingBackLate() {
    AtomicInteger early = new AtomicInteger();
    return changed((method, arguments) -> {
      if (method.getName().equals("subscribe") || isLookAtHead(method, arguments)) {
        early.set(3);
      } else if (method.getName().equals("inspect") && early.getAndDecrement() > 0) {
        return CompletableFuture.completedFuture(new QueueReport(
            "mails.dead", 0, OptionalLong.empty(), OptionalLong.empty(), List.of()));
      }
      return method.invoke(broker, arguments);
    });
  }

  private static boolean isLookAtHead(Method method, Object[] arguments) {
    return method.getName().equals("inspect") && !arguments[1].equals(0);
  }

  private interface Answering {
    @Nullable
    Object answer(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static Broker changed(Answering answering) {
    return (Broker) Proxy.newProxyInstance(
        Broker.class.getClassLoader(),
        new Class<?>[] {Broker.class},
        (self, method, arguments) -> answering.answer(method, arguments));
  }

  @Test
  void redrive_ofJobsThatDieAgainAtOnce_ends() {
    standing(25);
    Subscription failing = broker.subscribe("mails", 10, delivery -> {
      CompletableFuture<Void> unused =
          delivery.replace(Publication.of(delivery.message(), Route.queue("mails.dead")));
    });

    PassReport report = letters.redrive(letter -> true);

    failing.close();
    assertThat(report).isEqualTo(report(25, 0));
    assertThat(letters.count()).isEqualTo(25);
  }

  @Test
  void redrive_lettersThatArriveMeanwhile_areForTheNext() {
    standing(3);

    PassReport report = letters.redrive(letter -> {
      die("late-" + letter.id());
      return letter.id().equals("m2");
    });

    assertThat(report).isEqualTo(report(1, 2));
    assertThat(ids("mails.dead"))
        .containsExactlyInAnyOrder("m1", "m3", "late-m1", "late-m2", "late-m3");
  }

  @Test
  void redrive_withoutItsQueue_leavesAllAndSaysWhy() {
    broker.declare(Queue.named("mails.dead")).join();
    die("m1");
    die("m2");

    PassReport report = letters.redrive(letter -> true);

    assertThat(report.taken()).isZero();
    assertThat(report.complete()).isFalse();
    assertThat(report.refused()).singleElement().satisfies(refused -> {
      assertThat(refused.reason()).isEqualTo(PublishException.Reason.UNROUTABLE);
      assertThat(refused.messageId()).isEqualTo("m1");
    });
    assertThat(report.toString())
        .startsWith("dead letters of queue 'mails': 0 taken, 0 left, 1 refused; cut short: What the"
            + " broker refused once, it would refuse again. See below, mend that, and call it again"
            + " for the rest.\n  There is no queue 'mails'. Message m1 (mail) ");
    assertThat(ids("mails.dead")).containsExactly("m1", "m2");
  }

  @Test
  void redrive_ofALetterThatCannotBeCopied_goesOnWithTheOthers() {
    standing(0);
    dieAtTheLimit("big");
    IntStream.rangeClosed(1, 12).forEach(i -> die("m" + i));

    PassReport report = letters.redrive(letter -> true);

    assertThat(report.taken()).isEqualTo(12);
    assertThat(report.cutShort()).isNull();
    assertThat(report.complete()).isFalse();
    assertThat(report.refused())
        .extracting(PublishException::messageId, PublishException::reason)
        .containsExactly(tuple("big", PublishException.Reason.BEYOND_LIMIT));
    assertThat(ids("mails.dead")).containsExactly("big");
  }

  @Test
  void redrive_ofAsManyThatCannotBeCopiedAsMayBeInHand_isCutShort_andADiscardHelps() {
    standing(0);
    IntStream.rangeClosed(1, 10).forEach(i -> dieAtTheLimit("big" + i));
    die("m");

    PassReport report = letters.redrive(letter -> true);

    assertThat(report.refused()).hasSize(10);
    assertThat(report.cutShort()).contains("cannot be copied");
    assertThat(letters.count()).isEqualTo(11);
    assertThat(letters.discard(letter -> letter.id().startsWith("big"))).isEqualTo(report(10, 1));
  }

  /** A letter that a copy with one header more is too large for. */
  private void dieAtTheLimit(String id) {
    broker.declare(Queue.named("elsewhere")).join();
    broker
        .publish(Publication.of(Message.of(id, new byte[0]).build(), Route.queue("elsewhere")))
        .join();
    CompletableFuture<Delivery> taken = new CompletableFuture<>();
    try (Subscription subscription = broker.subscribe("elsewhere", 1, taken::complete)) {
      assertThat(subscription.state()).isEqualTo(Subscription.State.CONSUMING);
      Message large =
          Message.of(id, new byte[0]).header("large", "x".repeat(122_880 - 20)).build();
      taken.join().replace(Publication.of(large, Route.queue("mails.dead"))).join();
    }
  }

  @Test
  void redrive_whoseFilterThrows_throws_andLosesNone() {
    standing(3);

    assertThatThrownBy(() -> letters.redrive(letter -> {
          if (letter.id().equals("m2")) {
            throw new IllegalStateException("a fault of mine");
          }
          return true;
        }))
        .hasMessage("a fault of mine");

    assertThat(ids("mails")).containsExactly("m1");
    assertThat(ids("mails.dead")).containsExactly("m2", "m3");
  }

  @Test
  void redrive_interrupted_endsAfterItsLetter_andStaysInterrupted() {
    standing(3);

    PassReport report = letters.redrive(letter -> {
      Thread.currentThread().interrupt();
      return true;
    });

    assertThat(Thread.interrupted()).isTrue();
    assertThat(report.taken()).isEqualTo(1);
    assertThat(report.cutShort())
        .isEqualTo("The thread was interrupted. Call it again for the rest.");
    assertThat(ids("mails.dead")).containsExactly("m2", "m3");
  }

  @Test
  void redrive_interruptedBetweenTwo_leavesTheNextWhereItWas() {
    standing(3);

    PassReport report = letters.every(Duration.ofMinutes(1)).redrive(letter -> {
      if (letter.id().equals("m2")) {
        Thread.currentThread().interrupt();
      }
      return true;
    });

    assertThat(Thread.interrupted()).isTrue();
    assertThat(report.taken()).isEqualTo(1);
    assertThat(ids("mails.dead")).containsExactly("m2", "m3");
  }

  @Test
  void count_interrupted_isUnavailable_andStaysInterrupted() {
    standing(1);
    Faults.of(broker).stop();
    Thread.currentThread().interrupt();

    assertThatThrownBy(letters::count)
        .isInstanceOf(UnavailableException.class)
        .hasMessageStartingWith("The thread was interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void redrive_overALostConnection_goesOnAndTakesAll() {
    standing(15);
    List<String> looked = new ArrayList<>();

    PassReport report = letters.redrive(letter -> {
      looked.add(letter.id());
      if (looked.size() == 5) {
        Faults.of(broker).cut();
      }
      return true;
    });

    assertThat(report).isEqualTo(report(15, 0));
    assertThat(looked).hasSizeGreaterThan(15);
    assertThat(ids("mails")).hasSize(15).doesNotHaveDuplicates();
    assertThat(letters.count()).isZero();
  }

  @Test
  void redrive_whoseServerGoes_isCutShortWithTheReason() {
    standing(3);

    PassReport report = letters.redrive(letter -> {
      Faults.of(broker).stop();
      return true;
    });

    assertThat(report.taken()).isZero();
    assertThat(report.cutShort())
        .contains("Queue 'mails.dead' was not inspected within 100 ms", "The server is down.");
    Faults.of(broker).start();
    assertThat(letters.count()).isEqualTo(3);
  }

  @Test
  void redrive_whileAnotherTakesLetters_endsAndSaysSo() {
    standing(15);
    try (Broker other = Broker.open(address)) {
      PassReport report = letters.redrive(letter -> {
        if (letter.id().equals("m1")) {
          Subscription taking = other.subscribe("mails.dead", 100, delivery -> {});
          assertThat(taking.state()).isEqualTo(Subscription.State.CONSUMING);
        }
        return true;
      });

      assertThat(report.taken()).isEqualTo(10);
      assertThat(report.cutShort())
          .isEqualTo("5 of 15 did not come: somebody else took or holds them.");
    }
  }

  @Test
  void twoPasses_atOnce_takeEachLetterOnce() throws ExecutionException, InterruptedException {
    standing(200);
    try (Broker other = Broker.open(address)) {
      CompletableFuture<PassReport> second = CompletableFuture.supplyAsync(
          () -> DeadLetters.of(other, "mails").every(Duration.ZERO).redrive(letter -> true));
      PassReport first = letters.redrive(letter -> true);

      assertThat(first.taken() + second.get().taken()).isEqualTo(200);
      assertThat(ids("mails")).hasSize(200).doesNotHaveDuplicates();
    }
  }

  @Test
  void redrive_ofLettersWithoutIdsOrWithTheSame_looksAtEachOnce() {
    standing(0);
    IntStream.range(0, 3).forEach(i -> die(""));
    IntStream.range(0, 3).forEach(i -> die("same"));

    assertThat(letters.redrive(letter -> false)).isEqualTo(report(0, 6));
    assertThat(letters.count()).isEqualTo(6);
  }

  @Test
  void passedOver_withAPriority_isRedrivenWithIt() {
    standing(2);
    die(Message.of("urgent", new byte[0]).type("mail").priority(7).build());

    assertThat(letters.redrive(letter -> false)).isEqualTo(report(0, 3));
    assertThat(letters.redrive(is("urgent"))).isEqualTo(report(1, 2));

    assertThat(messages("mails")).extracting(Message::priority).containsExactly(7);
  }

  @Test
  void discard_all_emptiesTheQueue() {
    standing(25);

    assertThat(letters.every(Duration.ofMinutes(1)).discard(letter -> true))
        .isEqualTo(report(25, 0));

    assertThat(ids("mails.dead")).isEmpty();
    assertThat(ids("mails")).isEmpty();
  }

  @Test
  void afterTheBrokersClose_isUnavailable() {
    broker.close();

    assertThatThrownBy(() -> letters.redrive(letter -> true))
        .isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> letters.list(1)).isInstanceOf(UnavailableException.class);
  }
}
