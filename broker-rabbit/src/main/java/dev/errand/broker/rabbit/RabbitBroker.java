package dev.errand.broker.rabbit;

import dev.errand.broker.Broker;
import dev.errand.broker.Capabilities;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.QueueReport;
import dev.errand.broker.Receiver;
import dev.errand.broker.Route;
import dev.errand.broker.Subscription;
import dev.errand.broker.Topology;
import dev.errand.broker.UnavailableException;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts together; all it does itself is to end them in order. */
final class RabbitBroker implements Broker {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitBroker.class);

  private final RabbitAddress address;
  private final Time time;
  private final Threads threads = new Threads();
  private final Scheduler timer;
  private final Answers answers;
  private final PublishSide publishing;
  private final Publisher publisher;
  private final Copier copier;
  private final SettlerThread settler;
  private final ConsumeSide consuming;
  private final Relays relays;
  private final Inspector inspector;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Thread closer = new Thread(this::shutDown, "errand-rabbit-closer");
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  RabbitBroker(RabbitAddress address, Time time) {
    this.address = address;
    this.time = time;
    timer = time.scheduler(threads.name("timer"));
    answers = new Answers(threads);
    publishing = new PublishSide(address, time, timer, threads, answers);
    publisher = new Publisher(
        publishing.gate(),
        publishing::capabilities,
        time,
        address.settings().publishTimeout(),
        answers::flush,
        this::delayedThrough);
    inspector =
        new Inspector(publishing.link(), answers, timer, address.settings().publishTimeout());
    copier = new Copier(publisher, publishing::noteFailure, threads);
    settler = new SettlerThread(time, threads);
    consuming = new ConsumeSide(
        address,
        timer,
        threads,
        new ConsumerChannel.Parts(settler, copier, answers, publishing.topology()));
    relays = new Relays(consuming, timer);
  }

  /** The publisher is made before the relays, whose copies go through it. */
  private void delayedThrough(String exchange) {
    relays.delayed(exchange);
  }

  RabbitBroker start() {
    publishing.start();
    return this;
  }

  @Override
  public void ready(Duration atMost) {
    publishing.link().ready(atMost);
  }

  @Override
  public Capabilities capabilities() {
    if (closing.get()) {
      throw closedException();
    }
    return publishing.capabilities();
  }

  @Override
  public Time time() {
    return time;
  }

  @Override
  public CompletableFuture<Void> declare(Topology... parts) {
    if (closing.get()) {
      return CompletableFuture.failedFuture(closedException());
    }
    CompletableFuture<Void> done = publishing.topology().declare(parts);
    if (!done.isDone()) {
      publishing.declareWhatIsNew();
    }
    CompletableFuture<Void> unusedChain = done.thenRun(() -> relays.declared(parts));
    return done;
  }

  @Override
  public CompletableFuture<Void> publish(Publication publication) {
    Publish publish = new Publish(publication);
    try {
      checkLevel(publication);
      publisher.publish(publish);
      return publish.future;
    } catch (PublishException refused) {
      publishing.noteFailure(refused);
      return CompletableFuture.failedFuture(refused);
    } catch (RuntimeException unexpected) {
      return CompletableFuture.failedFuture(new PublishException(
          PublishException.Reason.OUTCOME_UNKNOWN,
          publication,
          "The publish failed unexpectedly (" + unexpected + ")",
          "Please report this",
          unexpected));
    }
  }

  /** A level that a queue which was declared here has not. */
  private void checkLevel(Publication publication) {
    if (publication.message().priority() > 0 && publication.route() instanceof Route.ToQueue to) {
      int levels = publishing.topology().prioritiesOf(to.queue());
      if (levels > 0 && publication.message().priority() >= levels) {
        throw PublishException.beyondLevels(publication, levels);
      }
    }
  }

  private final class Publish extends Confirm {
    private final CompletableFuture<Void> future = new CompletableFuture<>();

    Publish(Publication publication) {
      super(publication);
    }

    @Override
    void succeeded() {
      answers.succeed(future);
    }

    @Override
    void failed(PublishException reason) {
      publishing.noteFailure(reason);
      answers.fail(future, reason);
    }
  }

  @Override
  public Subscription subscribe(String queue, int prefetch, Receiver receiver) {
    Capabilities.checkPrefetch(queue, prefetch);
    if (closing.get()) {
      throw closedException();
    }
    RabbitSubscription subscription = consuming.subscribe(queue, prefetch, receiver);
    relays.subscribed();
    return subscription;
  }

  @Override
  public CompletableFuture<QueueReport> inspect(String queue, int head) {
    if (closing.get()) {
      return CompletableFuture.failedFuture(closedException());
    }
    return inspector.inspect(queue, head);
  }

  static UnavailableException closedException() {
    return new UnavailableException(Trouble.CLOSED.toString(), null);
  }

  /** On a thread of its own, which nobody interrupts, and on which none of its threads waits. */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      closer.setDaemon(true);
      closer.start();
    }
    if (!threads.isOwn()) {
      closed.join();
      Threads.joinUninterruptibly(closer);
    }
  }

  /** One thing that ends. */
  private interface Step {
    void run() throws InterruptedException;
  }

  /**
   * In this order: nothing new, what is on its way, consuming, publishing, threads. A connection
   * ends by force when it must, which frees the threads that wait for it.
   */
  private void shutDown() {
    Duration patience = address.settings().publishTimeout();
    List<Step> steps = List.of(
        () -> consuming.closeSubscriptions(relays.stop(), patience),
        () -> publishing.drain(patience),
        () -> consuming.link().close(Trouble.CLOSED),
        () -> publishing.topology().close(),
        () -> publishing.link().close(Trouble.CLOSED),
        copier::close,
        settler::close,
        () -> threads.joinServing(Duration.ofSeconds(5)),
        timer::close,
        inspector::close,
        () -> answers.close(patience));
    steps.forEach(RabbitBroker::run);
    closed.complete(null);
  }

  private static void run(Step step) {
    try {
      step.run();
    } catch (RuntimeException | InterruptedException unexpected) {
      LOG.error("A step of closing failed; the others go on. Please report this.", unexpected);
    }
  }

  /** Where it is connected to, without the password. */
  @Override
  public String toString() {
    return "RabbitBroker[" + address + "]";
  }
}
