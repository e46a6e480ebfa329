package dev.errand.worker;

import dev.errand.time.Time;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the threads that run handlers, and the job that runs on it. */
final class HandlerThread {
  /*
   * Three threads meet here: the handler's, which takes up a delivery, begins and ends its job; the scheduler's, whose sweep interrupts a job
   * beyond its time-out and gives the thread up when that is ignored; and the one of a shutdown, which closes it, interrupts it or takes the
   * job away. Whoever ends the job or takes it away settles it, and only one of them does: all are steps under `this`. Between taking up and
   * beginning, a codec runs for as long as it likes; a close in that time gets the delivery, and the job does not begin. An interrupt is sent
   * under `this` too, so that it never hits the thread outside a job. What interrupts it there is none of us: a timer of an earlier job, or a
   * codec; so what is taken up and what begins do so without an interrupt.
   *
   * What meets, and what comes of it:
   * 1. time-out against end: a job that has ended is not timed out, and one that was timed out has failed, however it ends;
   * 2. time-out against a shutdown's interrupt: the first of the two says why the job ends; the other interrupts no more, or again, and says
   *    nothing;
   * 3. giving up against end: either the thread ends its job and goes on, or it is given up: then it ends with its handler, and another that
   *    was started in its place goes on;
   * 4. giving up against a shutdown's taking away: one of them gets the job, whose outcome is as the interrupt before it said.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final Thread thread;
  private final Time time;
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private @Nullable Taken notBegun;
  private @Nullable RunningJob running;
  /** Written once, under this. */
  private volatile @Nullable RunningJob leftBehind;

  private boolean closed;
  private boolean interrupted;
  /** Null while it waits. Written under this; read without, as an interrupt may hold that long. */
  private volatile @Nullable Doing doing;

  HandlerThread(ThreadKind kind, String name, Time time, Consumer<HandlerThread> work) {
    this.time = time;
    thread = kind.make(name, () -> {
      try {
        work.accept(this);
      } catch (Throwable fault) {
        LOG.error(
            "Thread '{}' ends by a fault; the worker runs one job less at once.", name, fault);
      } finally {
        release();
      }
    });
  }

  /** Throws what the JVM throws that has no further thread. */
  void start() {
    thread.start();
  }

  String name() {
    return thread.getName();
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Done when nobody has to wait for the thread: it has nothing more to do, or was given up. */
  CompletableFuture<Void> released() {
    return released;
  }

  /** Whether it has come to its end, though nobody gave it up. */
  boolean ended() {
    return released.isDone() && leftBehind == null;
  }

  void release() {
    released.complete(null);
  }

  /** Where it is, from its innermost call; empty when it has ended. */
  StackTraceElement[] stack() {
    return thread.getStackTrace();
  }

  /** Takes up a delivery, to begin its job; false when nothing begins any more. */
  synchronized boolean takeUp(Taken taken) {
    if (!closed) {
      forgetInterrupt();
      notBegun = taken;
      turnTo(taken, null);
    }
    return !closed;
  }

  /** Begins the job of the delivery taken up; false when someone else gives it back. */
  synchronized boolean begin(RunningJob job) {
    if (!closed) {
      forgetInterrupt();
      job.bound().taken().progress().to(Step.RUNNING);
      notBegun = null;
      running = job;
      interrupted = false;
      turnTo(job.bound().taken(), job);
    }
    return !closed;
  }

  /** Whether someone interrupts or has taken the job, so that it calls no handler again. */
  synchronized boolean disturbed() {
    return running == null || interrupted || running.timedOut().isPresent();
  }

  /** From now on nothing begins; the delivery whose job has not, null when there is none. */
  synchronized @Nullable Taken close() {
    closed = true;
    Taken left = notBegun;
    notBegun = null;
    return left;
  }

  /**
   * Ends the job on its own thread, or what was taken up and has not begun. From the second time on
   * nothing is there to end.
   */
  synchronized End end() {
    RunningJob mine = running;
    boolean begun = notBegun == null;
    if (mine != null) {
      turnTo(null, null);
    }
    running = null;
    notBegun = null;
    // Ours, or one that the handler left behind: neither may reach the next job.
    forgetInterrupt();
    if (mine == null) {
      return begun ? End.TAKEN_AWAY : End.UNDISTURBED;
    } else if (mine.timedOut().isPresent()) {
      return End.TIMED_OUT;
    }
    return interrupted ? End.INTERRUPTED : End.UNDISTURBED;
  }

  private static void forgetInterrupt() {
    boolean unusedWas = Thread.interrupted();
  }

  private void turnTo(@Nullable Taken taken, @Nullable RunningJob job) {
    doing = new Doing(taken, job, time.nanoTime());
  }

  /** It waits for the next. */
  synchronized void rest() {
    End unusedEnd = end();
    doing = null;
  }

  /** What it does now; empty while it waits. Never blocks. */
  Optional<Doing> doing() {
    return Optional.ofNullable(doing);
  }

  /**
   * What a thread does.
   *
   * @param taken whose job it reads or runs; null where it settles one or tells of one
   * @param job which it runs; null where it reads one, settles one or tells of one
   * @param since when it began that, in nanoseconds of monotonic time
   */
  record Doing(@Nullable Taken taken, @Nullable RunningJob job, long since) {}

  /**
   * Whether it reads or runs a job of which its delivery is gone, or which was taken from it when
   * it was given up. Never blocks.
   */
  boolean runsOnForNobody() {
    Taken taken = atWorkOn();
    return taken != null && (leftBehind != null || taken.gone());
  }

  /** Whether it reads or runs another delivery of this job. Never blocks. */
  boolean isAtTheJobOf(Taken other) {
    Taken taken = atWorkOn();
    return taken != null && taken.isOfTheJobOf(other);
  }

  private @Nullable Taken atWorkOn() {
    Doing now = doing;
    return now == null ? null : now.taken();
  }

  /** Whether a job runs that a sweep has to look at. */
  synchronized boolean runsAgainstTime() {
    return running != null && running.hasTimeout();
  }

  /** Interrupts the job if its time is over, and nothing has interrupted it before. */
  synchronized void timeOut() {
    RunningJob job = running;
    if (job != null && !interrupted && job.timeOutIfDue(thread::getStackTrace)) {
      thread.interrupt();
    }
  }

  /** Gives up the thread when its job ignores that its time is over; null when it does not. */
  synchronized @Nullable RunningJob giveUp() {
    RunningJob job = running;
    if (job == null || !job.ignoresItsTimeout()) {
      return null;
    }
    running = null;
    leftBehind = job;
    return job;
  }

  /** The job that runs on, though the thread was given up; null when it was not. */
  @Nullable
  RunningJob leftBehind() {
    return leftBehind;
  }

  /** Interrupts the job; null when none runs, or its time-out said before why it ends. */
  synchronized @Nullable RunningJob interrupt() {
    RunningJob job = running;
    if (job == null) {
      return null;
    }
    thread.interrupt();
    if (job.timedOut().isPresent()) {
      return null;
    }
    interrupted = true;
    return job;
  }

  /** Takes the job away from a handler that does not end; null when none runs. */
  synchronized @Nullable RunningJob takeAway() {
    RunningJob taken = running;
    running = null;
    return taken;
  }

  /** How a job left its thread. */
  enum End {
    UNDISTURBED,
    /** By a shutdown. */
    INTERRUPTED,
    TIMED_OUT,
    /** Someone else settles it. */
    TAKEN_AWAY
  }
}
