package dev.errand.broker.rabbit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import dev.errand.broker.Binding;
import dev.errand.broker.Exchange;
import dev.errand.broker.Message;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link Binding#matches} says what the server does: 1,000 bindings by chance, 200 messages. */
class MatchingOnServerTest {
  private static final int BINDINGS = 1_000;
  private static final int MESSAGES = 200;

  /**
   * No fraction has an integer's value, and no bytes spell a text: 3.10 takes them for the same.
   */
  private static final List<Object> VALUES = List.of(
      1,
      1L,
      2,
      1L << 40,
      1.5,
      0.5,
      true,
      false,
      "1",
      "true",
      "Grüße",
      "",
      new byte[] {1},
      new byte[] {2},
      List.of("a"),
      List.of(1),
      List.of(1L),
      List.of("a", new byte[] {1}),
      List.of("a", new byte[] {1}));

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private Connection connection;
  private Channel channel;

  @BeforeEach
  void open() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(RabbitServer.shared().address());
    connection = factory.newConnection();
    channel = connection.createChannel();
  }

  @AfterEach
  void close() throws IOException {
    connection.close();
  }

  @Test
  void topic_matchesAsTheServerDoes() throws Exception {
    compare(
        Exchange.Type.TOPIC,
        () -> new Binding.Key(pattern()),
        id -> new Sent(dotted("a", "b", "ab", ""), Message.of(id, new byte[0]).build()));
  }

  @Test
  void headers_matchAsTheServerDoes() throws Exception {
    compare(
        Exchange.Type.HEADERS,
        () -> random.nextBoolean() ? new Binding.AllOf(headers()) : new Binding.AnyOf(headers()),
        id -> new Sent("", Message.of(id, new byte[0]).headers(headers()).build()));
  }

  /** With two {@code #} at most: from 4.3 on the server takes no more. */
  private String pattern() {
    String pattern = dotted("a", "b", "ab", "", "*", "*", "#", "#");
    return pattern.chars().filter(letter -> letter == '#').count() > 2 ? pattern() : pattern;
  }

  private String dotted(String... words) {
    return IntStream.range(0, random.nextInt(7))
        .mapToObj(i -> words[random.nextInt(words.length)])
        .collect(joining("."));
  }

  private Map<String, Object> headers() {
    Map<String, Object> headers = new HashMap<>();
    for (String name : List.of("k", "l", "m")) {
      if (random.nextBoolean()) {
        headers.put(name, VALUES.get(random.nextInt(VALUES.size())));
      }
    }
    return headers;
  }

  private record Sent(String key, Message message) {}

  private interface Matches {
    Binding.Match next();
  }

  private interface Messages {
    Sent next(String id);
  }

  /** Binds a queue for each match, and looks which of them get each message. */
  private void compare(Exchange.Type type, Matches matches, Messages messages) throws Exception {
    Map<String, Set<Integer>> takers = new ConcurrentHashMap<>();
    AtomicInteger ended = new AtomicInteger();
    String exchange = "matching-" + seed;
    channel.exchangeDeclare(
        exchange, BuiltinExchangeType.valueOf(type.name()), false, true, Map.of());
    List<Binding> bindings = new ArrayList<>();
    for (int i = 0; i < BINDINGS; i++) {
      int number = i;
      String queue = channel.queueDeclare().getQueue();
      Binding binding = new Binding(exchange, queue, matches.next());
      String key = binding.match() instanceof Binding.Key byKey ? byKey.pattern() : "";
      channel.queueBind(queue, exchange, key, Declarations.bindingArguments(binding.match()));
      DeliverCallback taken = (tag, delivery) -> {
        String id = delivery.getProperties().getMessageId();
        if (id == null) {
          ended.incrementAndGet();
        } else {
          takers.computeIfAbsent(id, missing -> ConcurrentHashMap.newKeySet()).add(number);
        }
      };
      channel.basicConsume(queue, true, taken, tag -> {});
      bindings.add(binding);
    }
    List<Sent> sent =
        IntStream.range(0, MESSAGES).mapToObj(i -> messages.next("m" + i)).toList();
    for (Sent each : sent) {
      channel.basicPublish(
          exchange, each.key(), Properties.of(each.message(), 1, null), new byte[0]);
    }
    for (Binding binding : bindings) {
      channel.basicPublish("", binding.queue(), null, new byte[0]);
    }
    await().atMost(60, SECONDS).until(() -> ended.get() == BINDINGS);

    for (Sent each : sent) {
      Set<Integer> expected = new TreeSet<>();
      for (int i = 0; i < BINDINGS; i++) {
        if (bindings.get(i).matches(type, each.key(), each.message().headers())) {
          expected.add(i);
        }
      }
      Set<Integer> found = new TreeSet<>(takers.getOrDefault(each.message().id(), Set.of()));
      Set<Integer> different = new TreeSet<>(found);
      different.addAll(expected);
      different.removeIf(i -> found.contains(i) && expected.contains(i));
      assertThat(different.stream().map(i -> bindings.get(i).match()).toList())
          .as(
              "seed %s: differently matched with key '%s' and %s",
              seed, each.key(), each.message().headers())
          .isEmpty();
    }
    assertThat(takers).as("messages that some queue took").hasSizeGreaterThan(MESSAGES / 2);
  }
}
