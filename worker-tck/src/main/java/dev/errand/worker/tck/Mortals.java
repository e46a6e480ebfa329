package dev.errand.worker.tck;

import dev.errand.TaskHandler;
import dev.errand.broker.Broker;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Workers whose process a job can take down, each followed by another, as a supervisor starts it. A
 * process does not really die here: its broker is closed with all that it holds, and none of its
 * handlers goes on. {@code KillerTest} does the same with processes.
 */
final class Mortals {
  private final Bench bench;
  private final Function<Mortal, WorkerBuilder> described;
  private final List<Mortal> living = new ArrayList<>();
  private int deaths;

  /** @param described says what a worker does, by handlers that are {@link Mortal#handler} */
  Mortals(Bench bench, Function<Mortal, WorkerBuilder> described) {
    this.bench = bench;
    this.described = described;
  }

  /** Starts one more. */
  Worker start() {
    Mortal mortal = new Mortal(new Ending(bench.broker()));
    living.add(mortal);
    return bench.start(described.apply(mortal));
  }

  /** Starts so many more. */
  void start(int workers) {
    for (int i = 0; i < workers; i++) {
      Worker unused = start();
    }
  }

  /** Buries who dies, with another in his place, until it happens, or so many have died. */
  void until(String what, int most, BooleanSupplier happens) {
    while (deaths < most && !happens.getAsBoolean()) {
      bench.await(
          what + ", or a death after " + deaths,
          () -> happens.getAsBoolean() || living.stream().anyMatch(Mortal::isDying));
      List<Mortal> dying = living.stream().filter(Mortal::isDying).toList();
      dying.forEach(this::bury);
      start(dying.size());
    }
  }

  /** Takes all that live down, whatever they do. */
  void killAll() {
    List.copyOf(living).forEach(this::bury);
  }

  private void bury(Mortal mortal) {
    deaths++;
    living.remove(mortal);
    mortal.end();
  }

  int deaths() {
    return deaths;
  }

  /** A broker whose end is one step, as that of a process: before it, nothing comes any more. */
  private static final class Ending extends ForwardingBroker {
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    Ending(Broker real) {
      super(real);
    }

    @Override
    public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
      Subscription made = super.subscribe(queue, prefetch, receiver);
      subscriptions.add(made);
      return made;
    }

    /** Else one subscription could get what another has just given back, and lose it once more. */
    CompletableFuture<Void> takesNoMore() {
      return CompletableFuture.allOf(
          subscriptions.stream().map(Subscription::pause).toArray(CompletableFuture<?>[]::new));
    }
  }

  /** A worker, and the process that it stands for. */
  final class Mortal {
    private final Ending broker;
    private volatile boolean dying;
    private volatile boolean dead;

    private Mortal(Ending broker) {
      this.broker = broker;
    }

    /** To be described further. */
    WorkerBuilder worker() {
      return bench.worker(broker);
    }

    /** This handler, which neither begins nor ends in a process that is gone. */
    <P> TaskHandler<P> handler(TaskHandler<P> alive) {
      return (payload, context) -> {
        stop(dead);
        alive.handle(payload, context);
        stop(dead);
      };
    }

    /** Takes this worker down, from its handler. */
    void die() throws InterruptedException {
      dying = true;
      stop(true);
    }

    /** Works for so long, if the process lives that long. */
    void work(Duration howLong) throws InterruptedException {
      bench.pass(howLong);
      stop(dead);
    }

    private void stop(boolean gone) throws InterruptedException {
      if (gone) {
        bench.journal().cutOff();
      }
    }

    private boolean isDying() {
      return dying;
    }

    private void end() {
      dead = true;
      Void unusedAnswer = bench.get(broker.takesNoMore(), "it takes no more");
      bench.cutOff(broker);
    }
  }
}
