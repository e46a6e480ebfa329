package dev.errand.examples.guides;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.worker.Health;
import dev.errand.worker.Worker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HealthOverHttpTest {
  private static final Task<String> SHIP = Task.of("shop.ship", String.class).on("shop.orders");

  // @start region="http"
  /** Answers a platform's probes: whether to start the process again, whether it works. */
  static HttpServer show(Worker worker, InetSocketAddress at) throws IOException {
    HttpServer server = HttpServer.create(at, 0);
    server.createContext("/live", probe -> answer(probe, worker.health(), Health::live));
    server.createContext("/ready", probe -> answer(probe, worker.health(), Health::ready));
    server.start();
    return server;
  }

  private static void answer(HttpExchange probe, Health health, Predicate<Health> well)
      throws IOException {
    byte[] body = health.toString().getBytes(UTF_8);
    probe.sendResponseHeaders(well.test(health) ? 200 : 503, body.length);
    probe.getResponseBody().write(body);
    probe.close();
  }
  // @end

  @Test
  void probes_areAnsweredByTheHealth() throws Exception {
    Broker broker = Broker.open("memory:");
    Worker worker = Worker.on(broker).handle(SHIP, (order, job) -> {}).start();
    HttpServer server = show(worker, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try {
      assertThat(asked(server, "/live").statusCode()).isEqualTo(200);
      assertThat(asked(server, "/ready").body()).isEqualTo("Ready.");

      worker.pause().join();
      assertThat(asked(server, "/live").statusCode()).isEqualTo(200);
      assertThat(asked(server, "/ready").statusCode()).isEqualTo(503);
      assertThat(asked(server, "/ready").body()).contains("is paused");

      broker.close();
      assertThat(asked(server, "/live").statusCode()).isEqualTo(503);
    } finally {
      server.stop(0);
      worker.close();
      broker.close();
    }
  }

  private static HttpResponse<String> asked(HttpServer server, String path) throws Exception {
    InetSocketAddress at = server.getAddress();
    URI uri = URI.create("http://" + at.getHostString() + ":" + at.getPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
