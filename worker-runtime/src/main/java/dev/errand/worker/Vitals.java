package dev.errand.worker;

import static dev.errand.worker.Health.Kind.CLOGGED;
import static dev.errand.worker.Health.Kind.CUT_OFF;
import static dev.errand.worker.Health.Kind.NOT_CONSUMING;
import static dev.errand.worker.Health.Kind.PAUSED;
import static dev.errand.worker.Health.Kind.REFUSED;
import static dev.errand.worker.Health.Kind.RUNS_LONG;
import static dev.errand.worker.Health.Kind.SILENT;
import static dev.errand.worker.Health.Kind.SLOTS_LOST;
import static dev.errand.worker.Health.Kind.SLOTS_MISSING;
import static dev.errand.worker.Health.Kind.SLOT_STUCK;
import static dev.errand.worker.Health.Kind.STARVED;
import static dev.errand.worker.Health.Kind.STOPPING;
import static dev.errand.worker.Health.Kind.THREAD_ENDED;
import static dev.errand.worker.Health.Kind.THREAD_STUCK;
import static java.util.stream.Collectors.joining;

import dev.errand.broker.Subscription;
import dev.errand.time.DurationText;
import dev.errand.time.Time;
import dev.errand.worker.Health.Reason;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads how a worker is from what its parts know. Asks nobody, and never blocks. */
record Vitals(
    Herald herald,
    Lifecycle lifecycle,
    Dispatcher dispatcher,
    Slots slots,
    List<Opening> openings,
    Settling settling,
    Watchdog watchdog,
    Time time) {
  Health health() {
    List<Reason> reasons = new ArrayList<>();
    if (lifecycle.stopping()) {
      reasons.add(new Reason(
          STOPPING, "", worker() + " stops, or has stopped, and takes no jobs. Start another."));
      return new Health(reasons);
    }
    if (lifecycle.paused()) {
      reasons.add(new Reason(
          PAUSED, "", worker() + " is paused, and takes no jobs until it is told to resume."));
    }
    openings.forEach(opening -> queue(opening, reasons));
    watchdog.silences().forEach(silence -> reasons.add(silent(silence)));
    watchdog.starvation().queue().ifPresent(queue -> reasons.add(starved(queue)));
    threads(reasons);
    return new Health(reasons);
  }

  private String worker() {
    return "Worker '" + herald.worker() + "'";
  }

  private void queue(Opening opening, List<Reason> reasons) {
    String queue = opening.queue();
    String refusal = opening.refusal();
    // Its lane is a part of it: one reason is enough.
    for (Intake intake : opening.supply().intakes()) {
      Optional<Reason> reason =
          refusal.isEmpty() ? notConsumed(intake) : Optional.of(refused(queue, refusal));
      if (reason.isPresent()) {
        reasons.add(reason.get());
        break;
      }
    }
    clogged(opening, reasons);
  }

  private static Reason refused(String queue, String refusal) {
    return new Reason(
        REFUSED,
        queue,
        "Queue '" + queue + "' is not consumed, as what it needs was refused; it is declared"
            + " again by itself. " + refusal);
  }

  private Optional<Reason> notConsumed(Intake intake) {
    Intake.Standing standing = intake.standing();
    if (standing.state() == Subscription.State.CLOSED) {
      return Optional.of(new Reason(
          CUT_OFF,
          intake.queue(),
          "Queue '" + intake.consumed()
              + "' gives no more jobs, as its broker was closed under the worker."
              + " Start the process again, and close the worker first when it ends."));
    }
    if (standing.state() == Subscription.State.CONSUMING || lifecycle.paused()) {
      return Optional.empty();
    }
    return Optional.of(new Reason(
        NOT_CONSUMING,
        intake.queue(),
        // A subscription that is paused to be made anew has no reason.
        ("Queue '" + intake.consumed()
                + "' is not consumed, and will be by itself as soon as it can. "
                + sentence(standing.reason()))
            .strip()));
  }

  /** A backend's reason may be one without its full stop. */
  private static String sentence(String reason) {
    return reason.isEmpty() || reason.endsWith(".") ? reason : reason + ".";
  }

  private void clogged(Opening opening, List<Reason> reasons) {
    List<Settlement> waiting = settling.waiting(opening.queue());
    if (!waiting.isEmpty() && waiting.size() * 2 >= opening.prefetch()) {
      reasons.add(new Reason(
          CLOGGED,
          opening.queue(),
          waiting.size() + " of the " + opening.prefetch()
              + " jobs that may be in hand of queue '" + opening.queue()
              + "' wait for the broker to take what they are settled by. Nothing is lost, and it"
              + " is tried again by itself. " + whyItWaits(waiting)));
    }
  }

  private static String whyItWaits(List<Settlement> waiting) {
    List<String> refusals =
        waiting.stream().map(Settlement::refusal).filter(why -> !why.isEmpty()).toList();
    return refusals.isEmpty()
        ? "None was refused, and none has had an answer for "
            + DurationText.of(Settling.ANSWER_IS_LATE)
            + ": the server does not answer, mostly as it is short of memory or disk."
        : refusals.size() + " were refused, the last time so: " + refusals.get(0);
  }

  private Reason silent(Look.Silence silence) {
    return new Reason(
        SILENT,
        silence.queue(),
        "No job came from queue '" + silence.queue() + "' for "
            + DurationText.of(watchdog.silence()) + ", though " + silence.waiting()
            + " waited and there was room. It is consumed anew; where that does not help, look"
            + " at the queue's consumers on the broker, and start the worker again.");
  }

  private Reason starved(String queue) {
    return new Reason(
        STARVED,
        queue,
        "A job of queue '" + queue + "' waits in hand for "
            + DurationText.of(watchdog.silence()) + ", though a thread is free, which the JVM does"
            + " not run. " + WorkerEvent.Starved.REMEDY);
  }

  private void threads(List<Reason> reasons) {
    slots(reasons);
    dispatcher.threads().stream()
        .filter(HandlerThread::ended)
        .forEach(thread -> reasons.add(ended(thread.name())));
    if (herald.ended().isDone()) {
      reasons.add(ended(herald.thread()));
    }
    long now = time.nanoTime();
    stuck(herald.thread(), herald.turnLasts(now), reasons);
    for (Pulse pulse : watchdog.pulses()) {
      stuck(pulse.thread(), pulse.unanswered(now), reasons);
    }
    stuck(watchdog.rounds().thread(), watchdog.lateness(now), reasons);
  }

  private void slots(List<Reason> reasons) {
    List<HandlerThread> threads = dispatcher.threads();
    List<HandlerThread> hanging = threads.stream().filter(slots::hangs).toList();
    List<HandlerThread> forNothing =
        threads.stream().filter(slots::runsForNothing).toList();
    long endless = forNothing.stream().filter(slots::isEndless).count();
    int goOn = dispatcher.slots() - hanging.size();
    if (goOn - endless <= 0) {
      reasons.add(noSlots(hanging.size(), endless));
    } else if (dispatcher.missing() > 0) {
      reasons.add(fewerSlots());
    }
    int left = goOn - forNothing.size();
    hanging.forEach(thread -> reasons.add(stuckSlot(
        thread, left, "a listener, a codec or the broker blocks it. Take a thread dump, and")));
    forNothing.forEach(thread -> reasons.add(stuckSlot(
        thread,
        left,
        "its handler has no time-out, and runs on for a job whose connection was lost. Where it"
            + " does not end, take a thread dump, and")));
    threads.stream()
        .filter(thread -> !forNothing.contains(thread))
        .forEach(
            thread -> slots.runsLong(thread).ifPresent(job -> reasons.add(runsLong(thread, job))));
  }

  private Reason noSlots(int hanging, long endless) {
    return new Reason(
        SLOTS_LOST,
        "",
        "No job can begin: "
            + Stream.of(
                    some(dispatcher.stuck().size(), "handlers ignore that their time is over"),
                    some(hanging, "threads of others do not go on"),
                    some(
                        endless,
                        "handlers without a time-out have run for "
                            + DurationText.of(slots.endlessRun().truncatedTo(ChronoUnit.MILLIS))
                            + " or longer though their job's connection was lost"))
                .flatMap(Optional::stream)
                .collect(joining(", and "))
            + ". Let handlers end at an"
            + " interrupt, give their tasks time-outs, take a thread dump, and start the process"
            + " again.");
  }

  private static Optional<String> some(long count, String what) {
    return count == 0 ? Optional.empty() : Optional.of(count + " " + what);
  }

  private Reason fewerSlots() {
    String refused = dispatcher
        .refusal()
        .map(error -> " No thread can be started in the place of one: " + error + ".")
        .orElse("");
    return new Reason(
        SLOTS_MISSING,
        "",
        "Only " + dispatcher.slots() + " of " + dispatcher.concurrency()
            + " jobs can run at once: " + dispatcher.stuck().size()
            + " handlers ignore that their time is over." + refused + " Another runs when one of"
            + " them ends, or there is a thread. Let handlers end at an interrupt, and start the"
            + " process again when it suits.");
  }

  private Reason stuckSlot(HandlerThread thread, int left, String why) {
    return new Reason(
        SLOT_STUCK,
        thread.name(),
        "Thread '" + thread.name() + "' does not go on, and " + left + " of "
            + dispatcher.concurrency() + " are left to run jobs: " + why
            + " start the process again when it suits.");
  }

  private static Reason runsLong(HandlerThread thread, RunningJob job) {
    return new Reason(
        RUNS_LONG,
        thread.name(),
        "Thread '" + thread.name() + "' has run " + job + " for "
            + DurationText.of(job.took().truncatedTo(ChronoUnit.SECONDS))
            + ", and its task has no time-out. Where that is not meant, give it one, by"
            + " Task.timeout.");
  }

  private static Reason ended(String thread) {
    return new Reason(
        THREAD_ENDED,
        thread,
        "Thread '" + thread + "' ended by a fault, which the log has. Start the process again.");
  }

  private static void stuck(String thread, Duration how, List<Reason> reasons) {
    if (how.compareTo(Slots.LONGEST_STEP) > 0) {
      reasons.add(new Reason(
          THREAD_STUCK,
          thread,
          "Thread '" + thread + "' has done one thing for longer than "
              + DurationText.of(Slots.LONGEST_STEP) + ": a listener or the broker blocks it. Take a"
              + " thread dump, and start the process again."));
    }
  }
}
