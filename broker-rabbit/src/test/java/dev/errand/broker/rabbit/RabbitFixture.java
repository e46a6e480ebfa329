package dev.errand.broker.rabbit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.errand.broker.Broker;
import dev.errand.broker.tck.BrokerFixture;
import dev.errand.broker.tck.ServerFaults;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitProxy;
import dev.errand.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.LoggerFactory;

/** A real server behind a proxy that breaks connections. */
final class RabbitFixture implements BrokerFixture, ServerFaults {
  private final RabbitNode node;
  private final RabbitProxy proxy;
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.errand.broker.rabbit");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private boolean broken;

  RabbitFixture(RabbitNode node) {
    this.node = node;
    proxy = RabbitProxy.before(node);
    log.start();
    logger.addAppender(log);
  }

  @Override
  public String backend() {
    return "RabbitMQ " + node.version();
  }

  @Override
  public Time time() {
    return Time.system();
  }

  @Override
  public Broker open(Duration publishTimeout) {
    return Broker.open(proxy.address() + "?publish-timeout=" + publishTimeout.toMillis() + "ms");
  }

  @Override
  public ServerFaults server() {
    return this;
  }

  @Override
  public List<String> leftovers() {
    try {
      Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> proxy.connections() == 0);
      return List.of();
    } catch (ConditionTimeoutException left) {
      return List.of(proxy.connections() + " connections are open");
    }
  }

  @Override
  public List<String> unexpectedLogLines() {
    return log.list.stream()
        .filter(line -> line.getLevel().isGreaterOrEqual(broken ? Level.ERROR : Level.WARN))
        .filter(line -> !isProvoked(line.getFormattedMessage()))
        .map(ILoggingEvent::toString)
        .toList();
  }

  /** A case that subscribes to a queue that is not there yet, or gives wrong credentials. */
  private static boolean isProvoked(String line) {
    return line.contains("cannot be consumed") || line.contains("is refused");
  }

  @Override
  public void close() {
    logger.detachAppender(log);
    proxy.close();
  }

  @Override
  public void cutConnections() {
    broken = true;
    proxy.cut();
  }

  @Override
  public void closeConsumingChannels() {
    broken = true;
    proxy.closeConsumingChannels();
  }

  @Override
  public void stop() {
    broken = true;
    proxy.refuse();
  }

  @Override
  public void start() {
    proxy.accept();
  }

  @Override
  public void restart() {
    broken = true;
    node.stop();
    node.start();
  }

  @Override
  public void holdAnswers() {
    broken = true;
    proxy.holdAnswers();
  }

  @Override
  public void flow() {
    proxy.releaseAnswers();
  }
}
