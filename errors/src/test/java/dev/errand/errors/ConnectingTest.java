package dev.errand.errors;

import static dev.errand.errors.Bound.AT_ONCE;
import static dev.errand.errors.Bound.after;

import ch.qos.logback.classic.Level;
import dev.errand.Task;
import dev.errand.TaskClient;
import dev.errand.broker.Broker;
import dev.errand.broker.UnavailableException;
import dev.errand.testing.rabbit.PlantedPassword;
import dev.errand.testing.rabbit.RabbitProxy;
import dev.errand.time.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

@SuppressWarnings("try") // What is open need not be named.
final class ConnectingTest extends Chapter {
  private static final Duration GIVEN = Duration.ofSeconds(1);
  private static final Duration A_MOMENT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Bound TIME_GIVEN = after("the time given to `ready`", GIVEN);

  ConnectingTest() {
    super("Connecting");
  }

  @Override
  void failures() {
    thrown(
        "The host is unknown",
        UnavailableException.class,
        TIME_GIVEN,
        "Correct the address, or the name service.",
        witness -> readyInVain(witness, "amqp://rabbit.invalid", GIVEN));
    thrown(
        "Nobody listens on the port",
        UnavailableException.class,
        TIME_GIVEN,
        "Start the server, or correct host and port in the address.",
        witness -> readyInVain(witness, "amqp://127.0.0.1:" + freePort(), GIVEN));
    thrown(
        "None of several hosts lets us in",
        UnavailableException.class,
        TIME_GIVEN,
        "Start the server, or correct host and port in the address. Correct the address, or the name service.",
        witness ->
            readyInVain(witness, "amqp://127.0.0.1:" + freePort() + ",rabbit.invalid", GIVEN));
    thrown(
        "Something listens and does not answer",
        UnavailableException.class,
        TIME_GIVEN,
        "Look whether the server is overloaded, or something else listens there.",
        this::blackHole);
    thrown(
        "The server lets us in, and refuses what is to stand on the connection",
        UnavailableException.class,
        TIME_GIVEN,
        "Look into the server's log if this lasts.",
        witness -> {
          Rabbit.node().ctl("add_user", "narrow", PlantedPassword.TEXT);
          Rabbit.node().ctl("set_permissions", "narrow", ".*", ".*", ".*");
          Rabbit.node().ctl("set_user_limits", "narrow", "{\"max-channels\": 1}");
          String narrow = Rabbit.address().replace("guest:guest", "narrow:" + PlantedPassword.TEXT);
          ready(witness, narrow, GIVEN);
        });
    thrown(
        "The password is wrong",
        UnavailableException.class,
        AT_ONCE,
        "Correct user and password in the address (guest may connect from the server's own machine only).",
        witness -> ready(
            witness,
            Rabbit.address().replace("guest:guest", "guest:" + PlantedPassword.TEXT),
            LONG));
    thrown(
        "The virtual host is missing",
        UnavailableException.class,
        AT_ONCE,
        "Create it with 'rabbitmqctl add_vhost nowhere', or correct the address.",
        witness -> ready(witness, Rabbit.address() + "/nowhere", LONG));
    thrown(
        "The virtual host is closed to the user",
        UnavailableException.class,
        AT_ONCE,
        "Allow it with 'rabbitmqctl set_permissions', or correct the address.",
        this::closedVirtualHost);
    thrown(
        "The capabilities are asked before the first connection",
        UnavailableException.class,
        AT_ONCE,
        "Wait for the connection first, by 'ready'.",
        witness -> {
          try (Broker broker = Broker.open("amqp://127.0.0.1:" + freePort())) {
            awaitRefusal(broker);
            witness.tries(broker::capabilities);
          }
        });
    thrown(
        "The thread is interrupted while it waits for the connection",
        UnavailableException.class,
        AT_ONCE,
        "Wait on a thread that is not interrupted.",
        this::interrupted);
    thrown(
        "The broker is closed",
        UnavailableException.class,
        AT_ONCE,
        "Open another one.",
        witness -> {
          Broker broker = Broker.open("memory:");
          broker.close();
          witness.tries(() -> broker.ready(LONG));
        });
    thrown(
        "A broker in memory is opened again on another clock",
        IllegalArgumentException.class,
        AT_ONCE,
        "Open it with the same Time, or choose another name.",
        witness -> {
          try (Broker unusedFirst = Broker.open("memory:clocks")) {
            witness.tries(() -> Broker.open("memory:clocks", ManualTime.startingAt(Instant.EPOCH))
                .close());
          }
        });
    logged(
        "Sender and worker have a memory address and are two processes",
        Level.WARN,
        AT_ONCE,
        "Run the worker in this process, or give both an amqp:// address.",
        witness -> strands(witness, "memory:shop"));
    logged(
        "Sender and worker have a memory address without a name",
        Level.WARN,
        AT_ONCE,
        "Open one for both, give it a name as in memory:demo, or give both an amqp:// address where"
            + " they are two processes.",
        witness -> strands(witness, "memory:"));
  }

  private static void strands(Witness witness, String address) throws Exception {
    Broker broker = Broker.open(address);
    TaskClient.on(broker)
        .enqueue(Task.of("uploads.render", Upload.class).on("uploads"), new Upload("a.md"));
    witness.begins();
    broker.close();
    witness.reads("'" + address + "'");
  }

  private static void ready(Witness witness, String address, Duration atMost) {
    try (Broker broker = Broker.open(address)) {
      witness.tries(() -> broker.ready(atMost));
    }
  }

  /** The same where it takes all of its time, and then has the reason. */
  static void readyInVain(Witness witness, String address, Duration atMost) {
    try (Broker broker = Broker.open(address)) {
      awaitRefusal(broker);
      witness.tries(() -> broker.ready(atMost));
    }
  }

  /** Until the reason why there is no connection is known: whoever asks before hears of none. */
  private static void awaitRefusal(Broker broker) {
    boolean known = false;
    for (int tries = 0; tries < 100 && !known; tries++) {
      try {
        broker.ready(A_MOMENT);
      } catch (UnavailableException refused) {
        known = !String.valueOf(refused.getMessage()).contains("has not answered yet");
      }
    }
  }

  private void blackHole(Witness witness) {
    try (RabbitProxy proxy = RabbitProxy.before(Rabbit.node())) {
      proxy.stall();
      readyInVain(witness, Rabbit.with(proxy.address(), "connect-timeout=200ms"), GIVEN);
    }
  }

  private void closedVirtualHost(Witness witness) {
    Rabbit.node().ctl("add_vhost", "cellar");
    ready(witness, Rabbit.addressOfUser() + "/cellar", LONG);
  }

  private void interrupted(Witness witness) {
    try (Broker broker = Broker.open("amqp://127.0.0.1:" + freePort())) {
      awaitRefusal(broker);
      Thread.currentThread().interrupt();
      witness.tries(() -> broker.ready(LONG));
    } finally {
      boolean unusedFlag = Thread.interrupted();
    }
  }

  /** Nobody listens there any more, nor will any other of the tests: it was a proxy's own. */
  static int freePort() {
    try (RabbitProxy gone = RabbitProxy.before(Rabbit.node())) {
      return URI.create(gone.address()).getPort();
    }
  }
}
