package dev.errand.benchmarks.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.codec.WireFormat;
import dev.errand.retry.RetryPolicy;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.time.Time;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends good jobs among many hostile messages to a worker, and says what became of each: it ran, or
 * it is dead, with the reason. What is neither, is missing.
 *
 * <p>Arguments: the broker's address (default: a broker in memory, then a RabbitMQ of its own), and
 * the seed (default: by chance). Ends with 1 when a good job did not run, anything is missing or
 * came to two ends, or the worker lost its connection, as none of these messages may cost it that.
 */
public final class Hostile {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration DEPLOY_PERIOD = Duration.ofSeconds(3);
  private static final int LETTERS_IN_HAND = 50;
  private static final String GOOD = "good-";

  private final Load load;
  private final long seed;
  private final String queue = "hostile." + UUID.randomUUID();
  private final Task<Good> task = Task.of(Good.TASK, Good.class)
      .on(queue)
      .retrying(RetryPolicy.every(Duration.ofMillis(100)).attempts(3));
  private final Ledger ledger = new Ledger();
  private final AtomicInteger reconnects = new AtomicInteger();

  private Hostile(Load load, long seed) {
    this.load = load;
    this.seed = seed;
  }

  /** How many of what. */
  record Load(int good, int small, int huge) {
    static final Load WHOLE = new Load(1_000, 9_990, 10);
  }

  /**
   * What came of it.
   *
   * @param whole whether each good job ran, all came to one end, and no connection was lost
   * @param line for people
   */
  record Result(boolean whole, String line) {}

  /** Runs it; one line for each broker. */
  public static void main(String... arguments) throws Exception {
    List<String> given = new ArrayList<>(List.of(arguments));
    long seed = given.size() > 0 && given.get(given.size() - 1).matches("-?[0-9]+")
        ? Long.parseLong(given.remove(given.size() - 1))
        : new Random().nextInt(1_000_000);
    boolean whole = true;
    if (!given.isEmpty()) {
      whole = tell(run(given.get(0), Load.WHOLE, seed));
    } else {
      whole = tell(run("memory:hostile", Load.WHOLE, seed));
      try (RabbitNode node = RabbitServer.privateNode()) {
        whole &= tell(run(node.address(), Load.WHOLE, seed));
      }
    }
    System.exit(whole ? 0 : 1);
  }

  private static boolean tell(Result result) {
    System.out.println(result.line());
    return result.whole();
  }

  /** Runs it on the broker of this address. */
  static Result run(String address, Load load, long seed) throws Exception {
    return new Hostile(load, seed).run(address);
  }

  @SuppressWarnings("try") // The worker need not be named.
  private Result run(String address) throws Exception {
    try (Broker broker = Broker.open(address)) {
      broker.ready(Duration.ofSeconds(30));
      broker.declare(task.home().topology().toArray(Topology[]::new)).join();
      try (Sender sender = address.startsWith("amqp")
              ? new AmqpSender(address, queue)
              : new SpiSender(address, queue);
          Worker unused = Worker.on(broker)
              .name("hostile")
              .handle(task, (good, context) -> ledger.ran(context.id()))
              .deployPeriod(DEPLOY_PERIOD)
              .listener(this::heard)
              .start()) {
        Subscription letters =
            broker.subscribe(WireFormat.deadLettersOf(queue), LETTERS_IN_HAND, this::took);
        send(sender);
        await();
        letters.close();
      }
      return result(broker.capabilities().server());
    }
  }

  private void took(Delivery letter) {
    ledger.dead(letter.message());
    CompletableFuture<Void> unused = letter.ack();
  }

  private void heard(WorkerEvent event) {
    if (event instanceof WorkerEvent.Recovering) {
      reconnects.incrementAndGet();
    }
  }

  /** A tenth of the good ones comes last, when all harm is done. */
  private void send(Sender sender) throws Exception {
    Random random = new Random(seed);
    List<Kind> kinds = new ArrayList<>(Collections.nCopies(load.huge(), Kind.HUGE_BODY));
    for (int i = 0; i < load.small(); i++) {
      kinds.add(Kind.small().get(i % Kind.small().size()));
    }
    Collections.shuffle(kinds, random);
    int last = load.good() / 10;
    int early = load.good() - last;
    for (int i = 0; i < kinds.size(); i++) {
      Kind kind = kinds.get(i);
      send(sender, kind.make("hostile-" + kind + "-" + i, random));
      // As many good ones have gone as their part of all.
      if ((i + 1L) * early / kinds.size() > (long) i * early / kinds.size()) {
        send(sender, good((int) ((long) i * early / kinds.size())));
      }
    }
    for (int i = early; i < load.good(); i++) {
      send(sender, good(i));
    }
    sender.flush();
  }

  private static Foreign good(int number) {
    return Foreign.of(GOOD + number, Good.json(number).getBytes(UTF_8), Good.TASK);
  }

  private void send(Sender sender, Foreign message) throws Exception {
    ledger.sent(message.id());
    sender.send(message);
  }

  /** Until all have ended, or nothing more does. */
  private void await() throws InterruptedException {
    int ended = ledger.ended();
    long since = Time.system().nanoTime();
    CountDownLatch never = new CountDownLatch(1);
    while (!ledger.missing().isEmpty() && Time.system().nanoTime() - since < PATIENCE.toNanos()) {
      boolean unused = never.await(100, TimeUnit.MILLISECONDS);
      if (ledger.ended() > ended) {
        ended = ledger.ended();
        since = Time.system().nanoTime();
      }
    }
  }

  private Result result(String server) {
    long good = ledger.ranOf(GOOD);
    StringBuilder line =
        new StringBuilder(server).append("  good ").append(good).append('/');
    line.append(load.good()).append("  dead ").append(ledger.died()).append(" by reason");
    String before = " ";
    for (var reason : ledger.reasons().entrySet()) {
      line.append(before).append(reason.getKey()).append(": ").append(reason.getValue());
      before = ", ";
    }
    line.append("  missing ").append(ledger.missing().size());
    line.append("  reconnects ").append(reconnects).append("  seed ").append(seed);
    list("missing", ledger.missing(), line);
    list("ended twice", ledger.twice(), line);
    boolean whole = good == load.good()
        && ledger.missing().isEmpty()
        && ledger.twice().isEmpty()
        && reconnects.get() == 0;
    return new Result(whole, line.toString());
  }

  private static void list(String what, Set<String> ids, StringBuilder line) {
    ids.stream()
        .limit(20)
        .forEach(id -> line.append("\n  ").append(what).append(": ").append(id));
  }
}
