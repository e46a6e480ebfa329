package dev.errand.testing.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownNotifier;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RabbitProxyTest {
  private static final int SOON = 10;

  private final RabbitProxy proxy = RabbitProxy.before(RabbitServer.shared());
  private final List<Connection> connections = new ArrayList<>();

  @AfterEach
  void close() {
    proxy.close();
    connections.forEach(Connection::abort);
  }

  @Test
  void connection_untilToldOtherwise_passesSmallAndLargeMessages() throws Exception {
    Channel channel = connect().createChannel();
    String queue = channel.queueDeclare().getQueue();
    channel.confirmSelect();
    byte[] large = new byte[3_000_000]; // many frames, each larger than the proxy's buffer
    large[large.length - 1] = 1;

    channel.basicPublish("", queue, null, large);
    channel.basicPublish("", queue, null, new byte[0]);

    assertThat(channel.waitForConfirms(10_000)).isTrue();
    assertThat(channel.basicGet(queue, true).getBody()).isEqualTo(large);
    assertThat(channel.basicGet(queue, true).getBody()).isEmpty();
  }

  @Test
  void address_ofTheProxy_isTheServersButForThePort() {
    String server = RabbitServer.shared().address();
    int port = RabbitServer.shared().port();

    assertThat(proxy.address()).isNotEqualTo(server).matches(server.replace(":" + port, ":\\d+"));
    assertThat(proxy).asString().doesNotContain("guest");
  }

  @Test
  void connections_openedAndClosed_areCounted() throws Exception {
    Connection first = connect();
    connect();
    assertThat(proxy.connections()).isEqualTo(2);

    first.close();

    await(proxy::connections, 1);
  }

  @Test
  void cut_withOpenConnections_endsThemAllAndLetsNewOnesIn() throws Exception {
    CompletableFuture<ShutdownSignalException> first = closing(connect());
    CompletableFuture<ShutdownSignalException> second = closing(connect());

    proxy.cut();

    assertThat(first.get(SOON, TimeUnit.SECONDS).isInitiatedByApplication()).isFalse();
    assertThat(second.get(SOON, TimeUnit.SECONDS).isHardError()).isTrue();
    assertThat(proxy.connections()).isZero();
    assertThat(connect().isOpen()).isTrue();
  }

  @Test
  void refuse_untilAccept_isAServerThatIsDown() throws Exception {
    CompletableFuture<ShutdownSignalException> before = closing(connect());

    proxy.refuse();
    proxy.refuse();

    assertThat(before.get(SOON, TimeUnit.SECONDS).isHardError()).isTrue();
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);

    proxy.accept();
    proxy.accept();

    assertThat(connect().isOpen()).isTrue();
  }

  @Test
  void holdAnswers_untilReleased_keepsConfirmsBackWhilePublishesArrive() throws Exception {
    Connection direct = connect(RabbitServer.shared().address());
    String queue = direct.createChannel().queueDeclare().getQueue();
    Channel observer = direct.createChannel();
    Channel channel = connect().createChannel();
    channel.confirmSelect();
    proxy.holdAnswers();

    channel.basicPublish("", queue, null, new byte[1]);

    assertThatThrownBy(() -> channel.waitForConfirms(300)).isInstanceOf(TimeoutException.class);
    await(() -> (int) observer.messageCount(queue), 1);

    proxy.releaseAnswers();

    assertThat(channel.waitForConfirms(10_000)).isTrue();
  }

  @Test
  void stall_untilResumed_passesNothingInEitherDirection() throws Exception {
    Connection direct = connect(RabbitServer.shared().address());
    String queue = direct.createChannel().queueDeclare().getQueue();
    Channel observer = direct.createChannel();
    Channel channel = connect().createChannel();
    channel.confirmSelect();
    proxy.stall();

    channel.basicPublish("", queue, null, new byte[1]);

    assertThatThrownBy(() -> channel.waitForConfirms(300)).isInstanceOf(TimeoutException.class);
    assertThat(observer.messageCount(queue)).isZero();
    assertThat(channel.isOpen()).isTrue();

    proxy.resume();

    assertThat(channel.waitForConfirms(10_000)).isTrue();
    assertThat(observer.messageCount(queue)).isEqualTo(1);
  }

  @Test
  void cut_whileStalled_endsTheConnection() throws Exception {
    CompletableFuture<ShutdownSignalException> end = closing(connect());
    proxy.stall();

    proxy.cut();

    assertThat(end.get(SOON, TimeUnit.SECONDS).isHardError()).isTrue();
  }

  @Test
  void closeChannels_ofTwoConnections_closesEachChannelOnceAndNoConnection() throws Exception {
    Connection first = connect();
    Connection second = connect();
    List<CompletableFuture<ShutdownSignalException>> ends = List.of(
        closing(first.createChannel()),
        closing(first.createChannel()),
        closing(second.createChannel()));

    assertThat(proxy.closeChannels()).isEqualTo(3);
    assertThat(proxy.closeChannels()).isZero();

    for (CompletableFuture<ShutdownSignalException> end : ends) {
      assertThat(replyCode(end)).isEqualTo(AMQP.PRECONDITION_FAILED);
    }
    assertThat(first.createChannel().isOpen()).isTrue();
    assertThat(second.createChannel().isOpen()).isTrue();
    assertThat(proxy.closeChannels()).isEqualTo(2);
  }

  @Test
  void closeConsumingChannels_besideOthers_leavesThese() throws Exception {
    Connection connection = connect();
    Channel publishing = connection.createChannel();
    Channel consuming = connection.createChannel();
    String queue = consuming.queueDeclare().getQueue();
    consuming.basicConsume(queue, new DefaultConsumer(consuming));
    CompletableFuture<ShutdownSignalException> end = closing(consuming);

    assertThat(proxy.closeConsumingChannels()).isEqualTo(1);

    assertThat(replyCode(end)).isEqualTo(AMQP.PRECONDITION_FAILED);
    assertThat(publishing.queueDeclare().getQueue()).isNotEmpty();
  }

  @Test
  void closeChannels_whileMessagesAreSent_neverBreaksTheConnection() throws Exception {
    Connection connection = connect();
    for (int round = 0; round < 20; round++) {
      Channel channel = connection.createChannel();
      CountDownLatch flowing = new CountDownLatch(20);
      Thread publisher = new Thread(() -> publishUntilClosed(channel, flowing), "publisher");
      publisher.start();
      assertThat(flowing.await(SOON, TimeUnit.SECONDS)).isTrue();

      proxy.closeChannels();

      publisher.join();
      assertThat(connection.isOpen()).isTrue();
    }
  }

  @Test
  void close_withOpenConnections_endsThemAndTheThreads() throws Exception {
    CompletableFuture<ShutdownSignalException> end = closing(connect());
    String name = "errand-rabbit-proxy-" + proxy.address().replaceAll(".*:(\\d+).*", "$1") + "-";
    assertThat(threadsNamed(name)).hasSize(3);

    proxy.close();
    proxy.close();

    assertThat(threadsNamed(name)).isEmpty();
    assertThat(end.get(SOON, TimeUnit.SECONDS).isHardError()).isTrue();
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    assertThatThrownBy(proxy::accept).isInstanceOf(IllegalStateException.class);
  }

  private static void publishUntilClosed(Channel channel, CountDownLatch flowing) {
    try {
      while (true) {
        channel.basicPublish("amq.fanout", "", null, new byte[200_000]);
        flowing.countDown();
      }
    } catch (IOException | ShutdownSignalException closed) {
      // As meant.
    }
  }

  private Connection connect() throws Exception {
    return connect(proxy.address());
  }

  private Connection connect(String address) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(address);
    factory.setAutomaticRecoveryEnabled(false);
    Connection connection = factory.newConnection();
    connections.add(connection);
    return connection;
  }

  private static CompletableFuture<ShutdownSignalException> closing(
      ShutdownNotifier connectionOrChannel) {
    CompletableFuture<ShutdownSignalException> cause = new CompletableFuture<>();
    connectionOrChannel.addShutdownListener(cause::complete);
    return cause;
  }

  private static int replyCode(CompletableFuture<ShutdownSignalException> end) throws Exception {
    Method reason = end.get(SOON, TimeUnit.SECONDS).getReason();
    assertThat(reason).isInstanceOf(AMQP.Channel.Close.class);
    return ((AMQP.Channel.Close) reason).getReplyCode();
  }

  private static void await(Callable<Integer> count, int expected) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    for (int attempt = 0; attempt < 200 && count.call() != expected; attempt++) {
      assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(count.call()).isEqualTo(expected);
  }

  private static List<String> threadsNamed(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }
}
