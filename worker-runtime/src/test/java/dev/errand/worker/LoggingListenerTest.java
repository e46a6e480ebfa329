package dev.errand.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.read.ListAppender;
import dev.errand.broker.Message;
import dev.errand.broker.TopologyException;
import dev.errand.broker.TopologyException.Reason;
import dev.errand.worker.decide.Failure;
import java.io.IOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class LoggingListenerTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Worker.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final WorkerListener listener = new LoggingListener();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @Test
  void deadLetter_isAWarning_withTaskIdQueueAttemptsAndReason() {
    listener.on(new WorkerEvent.DeadLettered(
        "test",
        new Job("4711", "greet", "greetings", 3),
        "attempt 3 of 3 failed: java.io.IOException: no ink",
        new IOException("no ink"),
        "Buy some."));

    assertThat(lines.list).singleElement().satisfies(line -> {
      assertThat(line.getLevel()).isEqualTo(Level.WARN);
      assertThat(line.getFormattedMessage())
          .isEqualTo("Worker 'test' gives up on greet 4711 of 'greetings', attempt 3."
              + " Reason: attempt 3 of 3 failed: java.io.IOException: no ink."
              + " It goes to 'greetings.dead'. Buy some.");
      assertThat(line.getThrowableProxy().getMessage()).isEqualTo("no ink");
    });
  }

  @Test
  void deadLetter_withoutAnError_isAWarning_ofTheReasonAlone() {
    listener.on(new WorkerEvent.DeadLettered(
        "test", new Job("", "", "greetings", 1), "no handler for task ''", null, ""));

    assertThat(lines.list).singleElement().satisfies(line -> {
      assertThat(line.getLevel()).isEqualTo(Level.WARN);
      assertThat(line.getFormattedMessage())
          .contains("(no task) (no id) of 'greetings', attempt 1", "no handler for task ''");
      assertThat(line.getThrowableProxy()).isNull();
    });
  }

  @Test
  void waiting_isAWarning_onceForEachReason_andForAHundredOfThem() {
    logger.setLevel(Level.DEBUG);
    for (int i = 0; i < 3; i++) {
      listener.on(waiting("no handler for task 'praise'"));
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getLevel)
        .containsExactly(Level.WARN, Level.DEBUG, Level.DEBUG);
    assertThat(lines.list.get(0).getFormattedMessage())
        .contains("'test'", "no handler for task 'praise'.", "Deploy");

    for (int i = 0; i < 500; i++) {
      listener.on(waiting("no handler for task '" + i + "'"));
    }
    assertThat(lines.list)
        .filteredOn(line -> line.getLevel().equals(Level.WARN))
        .hasSize(100);
  }

  private static WorkerEvent waiting(String reason) {
    return new WorkerEvent.Waiting(
        "test", new Job("1", "praise", "greetings", 1), reason, Duration.ofSeconds(1));
  }

  @Test
  void jobThatRunsStill_isAWarning_onceForEachJob() {
    logger.setLevel(Level.DEBUG);
    for (String id : List.of("1", "1", "2")) {
      listener.on(new WorkerEvent.StillRuns(
          "test", new Job(id, "praise", "greetings", 2), Duration.ofMinutes(1)));
    }

    assertThat(lines.list)
        .extracting(ILoggingEvent::getLevel)
        .containsExactly(Level.WARN, Level.DEBUG, Level.WARN);
    assertThat(lines.list.get(0).getFormattedMessage())
        .contains("'test'", "praise 1 of 'greetings'", "in 1 min", "Task.timeout");
  }

  @Test
  void refusedDeclaration_isAWarning_thatSaysWhetherJobsAreTaken() {
    for (Reason reason : Reason.values()) {
      listener.on(new WorkerEvent.DeclarationFailed(
          "test",
          "greetings",
          List.of(),
          new TopologyException(reason, "queue 'greetings'", reason.name(), "Mend it", null)));
    }

    assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "Worker 'test' cannot declare all that 'greetings' needs, and takes its jobs as it"
                + " stands. MISSING. Mend it.",
            "Worker 'test' takes no jobs from 'greetings' for now, and declares it again by"
                + " itself. DIFFERENT. Mend it.",
            "Worker 'test' cannot declare all that 'greetings' needs, and takes its jobs as it"
                + " stands. FORBIDDEN. Mend it.",
            "Worker 'test' takes no jobs from 'greetings' for now, and declares it again by"
                + " itself. UNSUPPORTED. Mend it.");
  }

  @Test
  void retry_isALineForDebugging_withClassMessageAndStack() {
    IOException error = new IOException("no ink");
    logger.setLevel(Level.DEBUG);
    listener.on(new WorkerEvent.Retrying(
        "test",
        new Job("4711", "greet", "greetings", 1),
        new Failure("attempt 1 failed", error).text(),
        error,
        Duration.ofSeconds(5)));

    assertThat(lines.list).singleElement().satisfies(line -> {
      assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
      assertThat(line.getFormattedMessage())
          .isEqualTo("Failed, tried again in 5 s: greet 4711 of 'greetings', attempt 1:"
              + " attempt 1 failed: java.io.IOException: no ink");
      assertThat(line.getThrowableProxy().getStackTraceElementProxyArray()).isNotEmpty();
    });
  }

  @Test
  void errorThatCannotSayItsMessage_thrownByAListener_isAWarningStill() {
    new Events("test", event -> {
          throw new Unspeakable();
        })
        .tell(new WorkerEvent.CutOff("test", "greetings"));

    assertThat(lines.list)
        .singleElement()
        .satisfies(line -> assertThat(line.getFormattedMessage()).contains("a listener threw"));
  }

  @Test
  void logThatFails_alsoInTellingOfItself_costsNobodyAnything() {
    UnsynchronizedAppenderBase<ILoggingEvent> full = new UnsynchronizedAppenderBase<>() {
      @Override
      public synchronized void doAppend(ILoggingEvent line) {
        throw new IllegalStateException("the disk is full");
      }

      @Override
      protected void append(ILoggingEvent line) {}
    };
    logger.addAppender(full);
    try {
      WorkerEvent event = new WorkerEvent.CutOff("test", "greetings");
      assertThatCode(() -> new Events("test", listener).tell(event)).doesNotThrowAnyException();
    } finally {
      logger.detachAppender(full);
    }
    assertThat(lines.list).as("lines that were tried").hasSizeGreaterThan(1);
  }

  @Test
  void deadLetter_whoseErrorCannotSayItsMessage_isAWarningStill() {
    try (Stage stage = new Stage()) {
      stage.start(stage.worker().handle(Stage.GREET, (name, job) -> {
        throw new Unspeakable();
      }));
      stage.publish(Message.of("4711", "\"Ann\"".getBytes(UTF_8))
          .type("greet")
          .header("errand-attempt", 3)
          .build());
      stage.events.await(WorkerEvent.DeadLettered.class);
      stage.stop();
    }

    assertThat(lines.list)
        .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
        .singleElement()
        .satisfies(line -> assertThat(line.getFormattedMessage())
            .contains("gives up on greet 4711", "its message cannot be had"));
  }

  @Test
  void failureInHand_isALineForDebugging_thatNamesTheError() {
    logger.setLevel(Level.DEBUG);
    listener.on(new WorkerEvent.FailedInHand(
        "test",
        new Job("4711", "greet", "greetings", 1),
        2,
        new IOException("no ink"),
        Duration.ofMillis(50)));

    assertLine(
        Level.DEBUG,
        "Failed in hand, call 2, called again in 50 ms: greet 4711 of 'greetings', attempt 1:"
            + " it threw: java.io.IOException: no ink");
  }

  @Test
  void lostSlot_isAnError_thatSaysUntilWhen() {
    listener.on(new WorkerEvent.SlotLost("test", 7, 1));

    assertThat(lines.list).singleElement().satisfies(line -> {
      assertThat(line.getLevel()).isEqualTo(Level.ERROR);
      assertThat(line.getFormattedMessage())
          .contains("'test' can run 7 jobs", "until one of them ends, or the machine has one");
    });
  }

  @Test
  void jobThatNeverEnds_isAnError_thatNamesTheRemedy() {
    listener.on(new WorkerEvent.NeverEnds("test", new Job("4711", "greet", "greetings", 1), 20));

    assertLine(
        Level.ERROR,
        "Worker 'test' has interrupted greet 4711 of 'greetings', attempt 1 once more."
            + " That was interruption 20: it runs longer than every grace period, and begins anew"
            + " with each. Give its worker a longer grace period, and the platform a later kill, or"
            + " cut the job into parts.");
  }

  @Test
  void timeoutBeyondTheServers_isAWarning_withAllItsNumbers() {
    listener.on(new WorkerEvent.HeldTooLong(
        "test",
        "greet",
        Duration.ofMinutes(7),
        8,
        2,
        Duration.ofMinutes(35),
        Duration.ofMinutes(30)));

    assertLine(
        Level.WARN,
        "Worker 'test' may hold a job of task 'greet' for too long. The server takes it for lost"
            + " after 30 min, and (1 + prefetch 8 / concurrency 2) x time-out 7 min are 35 min."
            + " Give the worker a smaller prefetch, or the task a shorter time-out. Or raise the"
            + " server's consumer time-out, and say so in the address, by ?consumer-timeout=TIME.");
  }

  @Test
  void gracePeriodBeyondTheUsualKill_isAWarning_withAllItsNumbers() {
    listener.on(new WorkerEvent.GraceTooLong(
        "test", Duration.ofSeconds(25), Duration.ofSeconds(32), Duration.ofSeconds(30)));

    assertLine(
        Level.WARN,
        "Worker 'test' may be killed before its stop has ended. With its grace period of 25 s a"
            + " stop takes up to 32 s, and containers are killed after 30 s unless they are given"
            + " more. Say when this process is killed, by killedAfter, or give a shorter grace"
            + " period.");
  }

  @Test
  void stopThatWasNotInOrder_isAWarning_withAdviceOnHandlersWhereOneDidNotEnd() {
    Job job = new Job("4711", "greet", "greetings", 1);
    listener.on(new WorkerEvent.Stopped(
        "test", new StopReport(0, List.of(), List.of(), List.of(job), List.of(), List.of())));
    listener.on(new WorkerEvent.Stopped("test", StopReport.NOTHING.withFault("A listener hangs.")));

    assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "Worker 'test' has stopped, but not in order. Jobs given back, as they had not begun:"
                + " 0. Still running, as the handler ignores its interrupt: greet 4711 of"
                + " 'greetings', attempt 1. Let handlers end sooner or at an interrupt, or give a"
                + " longer grace period.",
            "Worker 'test' has stopped, but not in order. Jobs given back, as they had not begun:"
                + " 0. A listener hangs.");
  }

  @Test
  void suspectedJob_isAWarning_thatSaysWhereToLook() {
    listener.on(new WorkerEvent.Suspected("test", new Job("4711", "greet", "greetings", 1), 2));

    assertLine(
        Level.WARN,
        "Worker 'test' got greet 4711 of 'greetings', attempt 1 back from a worker that was lost"
            + " while it ran, time 2. It is tried again, and dead-lettered at the third. Look at"
            + " what ended that worker.");
  }

  private void assertLine(Level level, String text) {
    assertThat(lines.list).singleElement().satisfies(line -> {
      assertThat(line.getLevel()).isEqualTo(level);
      assertThat(line.getFormattedMessage()).isEqualTo(text);
    });
  }

  @Test
  void eachEvent_hasALine() throws Exception {
    logger.setLevel(Level.DEBUG);
    for (Class<?> kind : WorkerEvent.class.getPermittedSubclasses()) {
      listener.on(some(kind));
      assertThat(lines.list).as("%s", kind).isNotEmpty();
      lines.list.clear();
    }
  }

  private static WorkerEvent some(Class<?> kind) throws ReflectiveOperationException {
    Class<?>[] types = Arrays.stream(kind.getRecordComponents())
        .map(RecordComponent::getType)
        .toArray(Class<?>[]::new);
    Object[] values = Arrays.stream(types).map(LoggingListenerTest::value).toArray();
    return (WorkerEvent) kind.getDeclaredConstructor(types).newInstance(values);
  }

  private static Object value(Class<?> type) {
    return Stream.of(
            "some",
            1,
            1L,
            true,
            new Job("1", "greet", "greetings", 1),
            Duration.ofSeconds(1),
            Instant.EPOCH,
            new IOException("no ink"),
            List.of(),
            Set.of(),
            StopReport.NOTHING)
        .filter(MethodType.methodType(type).wrap().returnType()::isInstance)
        .findFirst()
        .orElseThrow(() -> new AssertionError(type));
  }

  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException();
    }
  }
}
