package dev.errand.examples.sql;

import dev.errand.broker.BrokerException;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.PublishException;
import dev.errand.broker.SettleException;
import dev.errand.broker.SettleException.Reason;
import dev.errand.broker.TopologyException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A message in our hands. Each verb is one piece of work, in one transaction. */
final class SqlDelivery implements Delivery {
  private enum Step {
    UNSETTLED,
    SETTLING,
    SETTLED,
    GONE
  }

  private interface Settling {
    void on(Database database) throws SQLException;
  }

  private final SqlSubscription subscription;
  private final Queues.Taken taken;
  private final AtomicReference<Step> step = new AtomicReference<>(Step.UNSETTLED);

  SqlDelivery(SqlSubscription subscription, Queues.Taken taken) {
    this.subscription = subscription;
    this.taken = taken;
  }

  long number() {
    return taken.number();
  }

  void hand() {
    subscription.receive(this);
  }

  /** Whether a verb has settled it, though its subscription were over before. */
  boolean isSettled() {
    return step.get() == Step.SETTLED;
  }

  /** Its session is over, or its subscription. */
  void lose() {
    step.set(Step.GONE);
  }

  @Override
  public Message message() {
    return taken.message();
  }

  @Override
  public int redeliveries() {
    return taken.redeliveries();
  }

  // @start region="verbs"
  @Override
  public CompletableFuture<Void> ack() {
    return settle(null, database -> require(database.queues().remove(taken)));
  }

  @Override
  public CompletableFuture<Void> release() {
    return settle(null, database -> {
      require(database.queues().release(taken));
      subscription.rest();
    });
  }

  @Override
  public CompletableFuture<Void> replace(Publication copy) {
    return settle(copy, database -> {
      require(database.queues().remove(taken));
      if (!database.publishing().route(copy, subscription.engine().time().millis())) {
        throw PublishException.unroutable(copy);
      }
    });
  }

  @Override
  public CompletableFuture<Void> reject() {
    return settle(null, database -> {
      if (!database.queues().reject(taken)) {
        require(database.queues().holds(taken));
        throw withoutOverflow();
      }
    });
  }

  private void require(boolean held) {
    if (!held) {
      throw refusal(Reason.GONE);
    }
  }
  // @end

  private TopologyException withoutOverflow() {
    return new TopologyException(
        TopologyException.Reason.MISSING,
        "overflow of queue '" + taken.queue() + "'",
        "Queue '" + taken.queue() + "' has no overflow to reject message "
            + message().id() + " into. It stays unsettled",
        "Declare the queue with an overflow, or replace the message",
        null);
  }

  private SettleException refusal(Reason why) {
    return new SettleException(why, message().id(), taken.queue());
  }

  private CompletableFuture<Void> settle(@Nullable Publication copy, Settling settling) {
    if (!step.compareAndSet(Step.UNSETTLED, Step.SETTLING)) {
      return CompletableFuture.failedFuture(
          refusal(step.get() == Step.GONE ? Reason.GONE : Reason.SETTLED_BEFORE));
    }
    Verb verb = new Verb(copy, settling);
    try {
      if (copy != null) {
        SqlBroker.CAPABILITIES.checkCopy(copy);
      }
      subscription.engine().inbox().add(verb);
      return verb.answer();
    } catch (PublishException beyond) {
      verb.failed(beyond);
      return CompletableFuture.failedFuture(beyond);
    }
  }

  private final class Verb extends Work<Void> {
    private final @Nullable Publication copy;
    private final Settling settling;

    private Verb(@Nullable Publication copy, Settling settling) {
      this.copy = copy;
      this.settling = settling;
    }

    @Override
    Void on(Database database) throws SQLException {
      settling.on(database);
      return null;
    }

    @Override
    @Nullable
    BrokerException refused(SQLException why) {
      return copy == null ? null : SqlBroker.rejected(copy, why);
    }

    @Override
    BrokerException lost() {
      return refusal(Reason.GONE);
    }

    @Override
    void succeeded() {
      step.set(Step.SETTLED);
      subscription.settled(SqlDelivery.this);
    }

    @Override
    void failed(BrokerException why) {
      if (why instanceof SettleException) {
        lose();
        subscription.settled(SqlDelivery.this);
      } else {
        step.compareAndSet(Step.SETTLING, Step.UNSETTLED);
      }
    }
  }

  @Override
  public String toString() {
    return "SqlDelivery[" + message() + ", " + step + "]";
  }
}
