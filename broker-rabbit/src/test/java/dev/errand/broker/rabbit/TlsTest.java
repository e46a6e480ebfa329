package dev.errand.broker.rabbit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.rabbitmq.client.ConnectionFactory;
import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Queue;
import dev.errand.broker.Route;
import dev.errand.broker.UnavailableException;
import dev.errand.testing.rabbit.Authority;
import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import dev.errand.testing.rabbit.ServerCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A connection over TLS, on a server whose certificate is for {@code localhost} alone. */
@Timeout(120)
class TlsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir
  private static Path folder;

  private static Authority authority;
  private static RabbitNode node;

  @BeforeAll
  static void start() throws IOException {
    authority = Authority.in(Files.createDirectory(folder.resolve("ours")));
    node = RabbitServer.privateNode(authority.issue("localhost"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String address(String scheme, String host, int port) {
    return scheme + "://guest:guest@" + host + ":" + port;
  }

  private static String trusting(Authority trusted) {
    return "?trust=" + trusted.file();
  }

  /** Refused at once, for good: long before the wait for a connection is over. */
  private static void assertRefused(String address, String... words) {
    try (Broker broker = Broker.open(address)) {
      assertThatExceptionOfType(UnavailableException.class)
          .isThrownBy(() -> broker.ready(Duration.ofDays(1)))
          .withMessageContainingAll(words)
          .withMessageNotContaining("guest");
    }
  }

  /** Tried again, as it may pass: the wait for a connection ends with the reason. */
  private static void assertFails(String address, String... words) {
    try (Broker broker = Broker.open(address)) {
      // The reason is known when an attempt has failed, on a busy machine not the first second's.
      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(() -> assertThatExceptionOfType(UnavailableException.class)
              .isThrownBy(() -> broker.ready(Duration.ofSeconds(1)))
              .withMessageContaining("within 1 s")
              .withMessageContainingAll(words));
    }
  }

  @Test
  void job_goesThroughOverTls_onBothConnections() throws Exception {
    Queue queue = Queue.named("tls");
    CompletableFuture<Delivery> arrived = new CompletableFuture<>();
    try (Broker broker =
        Broker.open(address("amqps", "localhost", node.tlsPort()) + trusting(authority))) {
      broker.ready(LONG);
      broker.declare(queue).get(60, TimeUnit.SECONDS);
      broker.subscribe(queue.name(), 1, arrived::complete);
      broker
          .publish(Publication.of(Message.of("m", new byte[100_000]).build(), Route.queue("tls")))
          .get(60, TimeUnit.SECONDS);
      Delivery delivery = arrived.get(60, TimeUnit.SECONDS);
      delivery.ack().get(60, TimeUnit.SECONDS);

      assertThat(delivery.message().id()).isEqualTo("m");
      assertThat(node.ctl("list_connections", "--no-table-headers", "client_properties", "ssl")
              .lines())
          .hasSize(2)
          .anySatisfy(line -> assertThat(line).contains("errand-publish").endsWith("true"))
          .anySatisfy(line -> assertThat(line).contains("errand-consume").endsWith("true"));
      assertThat(broker)
          .hasToString("RabbitBroker[amqps://guest:***@localhost:" + node.tlsPort() + "/]");
    }
  }

  @Test
  void authorityThatTheJvmDoesNotKnow_isRefused() {
    assertRefused(
        address("amqps", "localhost", node.tlsPort()),
        "shows a certificate that no trusted authority signed. ",
        "trust=FILE");
  }

  /** Ours says each reason once; the library would say it again with every attempt. */
  @Test
  void refusedCertificate_isLoggedByUsAlone() {
    Logger logger = (Logger) LoggerFactory.getLogger("com.rabbitmq.client");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      assertRefused(address("amqps", "localhost", node.tlsPort()), "no trusted authority");
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list).noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.WARN));
  }

  @Test
  void otherAuthority_isRefused_alsoOfTheSameName() throws IOException {
    Authority other = Authority.in(Files.createDirectory(folder.resolve("other")));

    assertRefused(
        address("amqps", "localhost", node.tlsPort()) + trusting(other),
        "shows a certificate that no trusted authority signed");
  }

  @Test
  void certificateOfAnotherHost_isRefused() {
    assertRefused(
        address("amqps", "127.0.0.1", node.tlsPort()) + trusting(authority),
        "shows a certificate of another host. Java says: No subject alternative names matching IP"
            + " address 127.0.0.1 found. ",
        "Write the name that it is issued for");
  }

  @Test
  void severalHosts_haveEachItsOwnNameVerified() {
    String hosts = "127.0.0.1:" + node.tlsPort() + ",localhost";
    String wrong = "127.0.0.1:" + node.tlsPort() + ",127.0.0.1";
    try (Broker broker =
        Broker.open(address("amqps", hosts, node.tlsPort()) + trusting(authority))) {
      broker.ready(LONG);
    }
    assertRefused(
        address("amqps", wrong, node.tlsPort()) + trusting(authority),
        "shows a certificate of another host");
  }

  @Test
  void expiredCertificate_isRefused() {
    try (RabbitNode expired = RabbitServer.privateNode(authority.issueExpired("localhost"))) {
      assertRefused(
          address("amqps", "localhost", expired.tlsPort()) + trusting(authority),
          "shows a certificate that is not valid now. Java says: NotAfter: ");
    }
  }

  @Test
  void serverWithoutTls_behindAmqps_isTold() {
    assertFails(
        address("amqps", "localhost", node.port()) + trusting(authority),
        "does not answer in TLS. Java says: Unsupported or unrecognized SSL message. ");
  }

  @Test
  void serverWithTls_behindAmqp_isTold() {
    assertFails(
        address("amqp", "localhost", node.tlsPort()), "does not answer in AMQP. ", "amqps://");
  }

  @Test
  void serverThatNeverAnswers_endsWithTheConnectTimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertFails(
          address("amqps", "127.0.0.1", silent.getLocalPort()) + "?connect-timeout=500ms",
          "did not answer within the connect time-out");
    }
  }

  /** Each byte is an answer, so a bound on each read alone would never end it. */
  @Test
  void serverThatAnswersByteByByte_endsWithTheConnectTimeout() throws IOException {
    ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    try (ServerSocket slow = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      start("answers slowly", () -> answerSlowly(slow, pace));
      assertFails(
          address("amqps", "127.0.0.1", slow.getLocalPort()) + "?connect-timeout=500ms",
          "did not answer within the connect time-out");
    } finally {
      pace.shutdownNow();
    }
  }

  /** To each client a record of a handshake, of which a byte comes every 50 ms. */
  private static void answerSlowly(ServerSocket server, ScheduledExecutorService pace) {
    try {
      while (!server.isClosed()) {
        OutputStream answer = server.accept().getOutputStream();
        answer.write(new byte[] {22, 3, 3, 64, 0});
        ScheduledFuture<?> unused =
            pace.scheduleAtFixedRate(() -> write(answer), 50, 50, TimeUnit.MILLISECONDS);
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void write(OutputStream answer) {
    try {
      answer.write(2);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** A publish ends in time also where the server stops reading: its socket is closed under it. */
  @Test
  void abort_whileAWriteHangs_freesTheWriter() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    Tls.trusting(Optional.of(authority.file())).use(factory);
    // Not closed by the test: that would wait for the writer, as a failed abort does.
    SSLSocket client = (SSLSocket) factory.getSocketFactory().createSocket();
    try (ServerSocket server = handshakingOnly(authority.issue("localhost"))) {
      Tls.configure(client);
      client.connect(new InetSocketAddress("localhost", server.getLocalPort()));
      CompletableFuture<SSLSocket> accepted = new CompletableFuture<>();
      start("shakes-hands", () -> accepted.complete(accept(server)));
      client.startHandshake();
      FutureTask<Void> write = new FutureTask<>(() -> {
        client.getOutputStream().write(new byte[64 * 1024 * 1024]);
        return null;
      });
      Thread writer = start("writes", write);
      Awaitility.await()
          .atMost(LONG)
          .until(() -> Arrays.stream(writer.getStackTrace())
              .anyMatch(frame -> frame.getMethodName().equals("deliver")));

      FutureTask<Void> abort = new FutureTask<>(() -> {
        Tls.abort(client);
        return null;
      });
      start("aborts", abort);

      abort.get(10, TimeUnit.SECONDS);
      assertThatThrownBy(() -> write.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
      accepted.join().close();
    }
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static SSLSocket accept(ServerSocket server) {
    try {
      SSLSocket accepted = (SSLSocket) server.accept();
      accepted.startHandshake();
      return accepted;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static ServerSocket handshakingOnly(ServerCertificate shown) throws Exception {
    String key = shown.key().replaceAll("-----[A-Z ]+-----|\n", "");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))),
        new char[0],
        new Certificate[] {
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(shown.certificate().getBytes(US_ASCII)))
        });
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context.getServerSocketFactory().createServerSocket(0);
  }
}
