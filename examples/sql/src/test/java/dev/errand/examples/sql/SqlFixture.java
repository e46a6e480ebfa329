package dev.errand.examples.sql;

import dev.errand.broker.Broker;
import dev.errand.broker.Queue;
import dev.errand.broker.tck.kit.BackendFixture;
import dev.errand.broker.tck.kit.Deadline;
import dev.errand.broker.tck.kit.Offer;
import dev.errand.broker.tck.kit.Opening;
import dev.errand.broker.tck.kit.Part;
import dev.errand.broker.tck.kit.Patience;
import dev.errand.broker.tck.kit.ServerFaults;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

// @start region="fixture"
/** Brokers over one database, behind a network that breaks. */
final class SqlFixture implements BackendFixture, ServerFaults {
  private static final String PASSWORD = "planted-opensesame";
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  private final PostgresServer server = PostgresServer.shared();
  private final FaultyNetwork network = new FaultyNetwork(server.port());
  private final Log log = new Log();

  @Override
  public String backend() {
    return "PostgreSQL " + server.ask("show server_version").get(0).split(" ", 2)[0];
  }

  @Override
  public Set<Offer> offers() {
    return Set.of(Offer.CREDENTIALS, Offer.EXACT_REDELIVERIES, Offer.LARGER_BODIES);
  }

  @Override
  public boolean replacesInOneStep() {
    return true;
  }

  @Override
  public Time time() {
    return Time.system();
  }

  @Override
  public Duration lateness() {
    return Duration.ofSeconds(2);
  }

  @Override
  public Broker open(Opening how) {
    String address = address("postgres", "postgres", how.publishTimeout());
    return Broker.open(
        switch (how.kind()) {
          case PLAIN -> address;
          case CHECKING -> address + "&declare=check";
          case WATCHFUL -> address + "&heartbeat=" + HEARTBEAT.toSeconds() + "s";
        });
  }
  // @end

  private String address(String user, String database, Duration publishTimeout) {
    return "postgresql://" + user + ":" + PASSWORD + "@localhost:" + network.port() + "/" + database
        + "?publish-timeout=" + publishTimeout.toMillis() + "ms";
  }

  @Override
  public Map<String, Broker> openRefused() {
    Duration timeout = Duration.ofSeconds(1);
    return Map.of(
        "role \"nobody\" does not exist", Broker.open(address("nobody", "postgres", timeout)),
        "database \"nowhere\" does not exist",
            Broker.open(address("postgres", "nowhere", timeout)));
  }

  @Override
  public Duration silence() {
    return HEARTBEAT.multipliedBy(2);
  }

  @Override
  public Set<String> secrets() {
    return Set.of(PASSWORD);
  }

  @Override
  public List<String> logLines() {
    return log.records.stream().map(Log::line).toList();
  }

  @Override
  public List<String> unexpectedLogLines() {
    return log.records.stream()
        .filter(each -> each.getLevel().intValue() > Level.INFO.intValue())
        .map(Log::line)
        .toList();
  }

  @Override
  public ServerFaults server() {
    return this;
  }

  @Override
  public List<String> inventory(Part kind) {
    return switch (kind) {
      case QUEUE -> server.ask("select name from errand_queue order by 1");
      case EXCHANGE -> server.ask("select name from errand_exchange order by 1");
      case BINDING -> server.ask("select exchange || ' ' || queue from errand_binding order by 1");
      case CONSUMER, CHANNEL -> List.of();
    };
  }

  @Override
  public List<String> leftovers() {
    try {
      new Patience(time(), () -> "").await("no connection", () -> network.connections() == 0);
      return List.of();
    } catch (Deadline left) {
      return List.of(network.connections() + " connections are open");
    }
  }

  /** The driver's cleaner, which lives on for a while. */
  @Override
  public Set<String> sharedThreads() {
    return Set.of("PostgreSQL-JDBC-");
  }

  @Override
  public void close() {
    network.close();
    log.end();
    server.ask("delete from errand_queue where name <> ?", Queue.UNROUTABLE);
    server.ask("delete from errand_exchange");
  }

  // Faults.

  @Override
  public void cutConnections() {
    network.cut();
  }

  @Override
  public void closeConsumingChannels() {
    server.ask("select pg_terminate_backend(pid) from pg_stat_activity"
        + " where application_name = 'errand'");
  }

  @Override
  public void deleteQueue(String queue) {
    server.ask("delete from errand_queue where name = ?", queue);
  }

  @Override
  public void deleteExchange(String exchange) {
    server.ask("delete from errand_exchange where name = ?", exchange);
  }

  @Override
  public void refusePublishes(String queue) {
    server.ask("create or replace function refuse() returns trigger language plpgsql as"
        + " $$ begin raise exception 'queue % is full', new.queue; end $$");
    server.ask("create trigger refuse before insert on errand_message for each row"
        + " when (new.queue = '" + queue + "') execute function refuse()");
  }

  @Override
  public void takePublishes(String queue) {
    server.ask("drop trigger refuse on errand_message");
  }

  @Override
  public void stop() {
    network.refuse();
  }

  @Override
  public void start() {
    network.accept();
  }

  @Override
  public void restart() {
    server.restart();
  }

  @Override
  public void holdAnswers() {
    network.holdAnswers();
  }

  @Override
  public void blockPublishers() {
    throw new UnsupportedOperationException("Blocked publishers are not offered.");
  }

  @Override
  public void admitPublishers() {}

  @Override
  public void blackHole() {
    network.swallow();
  }

  @Override
  public void flow() {
    network.flow();
  }

  private static final class Log extends Handler {
    private final Logger logger = Logger.getLogger("dev.errand.examples.sql");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    private Log() {
      logger.addHandler(this);
    }

    private void end() {
      logger.removeHandler(this);
    }

    private static String line(LogRecord record) {
      return record.getLevel() + " " + record.getMessage() + " " + record.getThrown();
    }

    @Override
    public void publish(LogRecord record) {
      records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
