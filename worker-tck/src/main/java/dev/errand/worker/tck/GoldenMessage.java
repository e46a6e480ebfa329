package dev.errand.worker.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.Message;
import dev.errand.codec.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A message that was sent once, as its file has it; the README of the folder says how.
 *
 * @param place where it lies
 * @param runsAs what the handler gets of it
 */
record GoldenMessage(Place place, String runsAs, Message message) {
  /** All there are. */
  static final List<String> NAMES = List.of(
      "format-1/came-back",
      "format-1/crashed",
      "format-1/dead-letter",
      "format-1/enqueued",
      "format-1/every-option",
      "format-1/expiring",
      "format-1/foreign",
      "format-1/foreign-and-more",
      "format-1/former-name",
      "format-1/passed-over",
      "format-1/payload-2",
      "format-1/payload-3",
      "format-1/prioritised",
      "format-1/redriven",
      "format-1/retried",
      "format-1/through-an-exchange",
      "format-1/waited");

  private static final String RUNS_AS = "runs as: ";

  /** Where a message lies; in its queue, unless its file says more. */
  enum Place {
    QUEUE(""),
    LANE("lies in: lane\n"),
    DEAD_LETTERS("lies in: dead letters\n");

    private final String line;

    Place(String line) {
      this.line = line;
    }

    static Place of(String text) {
      return text.startsWith(LANE.line)
          ? LANE
          : text.startsWith(DEAD_LETTERS.line) ? DEAD_LETTERS : QUEUE;
    }

    /** What a file says of it. */
    String line() {
      return line;
    }

    /** Its name for the jobs of this queue. */
    String in(String queue) {
      return switch (this) {
        case QUEUE -> queue;
        case LANE -> WireFormat.laneOf(queue);
        case DEAD_LETTERS -> WireFormat.deadLettersOf(queue);
      };
    }
  }

  static GoldenMessage named(String name) {
    String text = text(name);
    Place place = Place.of(text);
    String rest = text.substring(place.line().length());
    int end = rest.indexOf('\n');
    return new GoldenMessage(
        place, rest.substring(RUNS_AS.length(), end), messageOf(rest.substring(end + 1)));
  }

  /** The whole file. */
  static String text(String name) {
    try (InputStream file = GoldenMessage.class.getResourceAsStream("golden/" + name + ".txt")) {
      if (file == null) {
        throw new IllegalArgumentException("There is no golden message '" + name + "'.");
      }
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Message messageOf(String text) {
    int end = text.indexOf("\n\n");
    String body = text.substring(end + 2, text.length() - 1);
    List<String[]> properties =
        text.substring(0, end).lines().map(line -> line.split(": ", 2)).toList();
    String id = properties.stream()
        .filter(property -> property[0].equals("id"))
        .map(property -> property[1])
        .findFirst()
        .orElse("");
    Message.Builder message = Message.of(id, body.getBytes(UTF_8));
    properties.forEach(property -> put(message, property[0], property[1]));
    return message.build();
  }

  private static void put(Message.Builder message, String name, String value) {
    switch (name) {
      case "id" -> {
        // It began with that.
      }
      case "type" -> message.type(value);
      case "content-type" -> message.contentType(value);
      case "timestamp" -> message.timestamp(Instant.parse(value));
      case "priority" -> message.priority(Integer.parseInt(value));
      case "correlation-id" -> message.correlationId(value);
      default -> message.header(name.substring("header ".length()), headerValue(value));
    }
  }

  private static Object headerValue(String text) {
    String[] parts = text.split(" ", 2);
    return switch (parts[0]) {
      case "int" -> Integer.valueOf(parts[1]);
      case "long" -> Long.valueOf(parts[1]);
      case "text" -> parts[1].replace("\\n", "\n");
      default -> throw new IllegalArgumentException("No header is of type '" + parts[0] + "'.");
    };
  }

  /** A message that was enqueued, as a file would have it, but for how it runs. */
  static String textOf(Message message) {
    StringBuilder text = new StringBuilder();
    text.append("id: ").append(message.id());
    text.append("\ntype: ").append(message.type());
    text.append("\ncontent-type: ").append(message.contentType());
    text.append("\ntimestamp: ").append(message.timestamp());
    text.append("\npriority: ").append(message.priority());
    if (message.correlationId() != null) {
      text.append("\ncorrelation-id: ").append(message.correlationId());
    }
    for (Map.Entry<String, Object> header : message.headers().entrySet()) {
      text.append("\nheader ").append(header.getKey()).append(": ").append(type(header.getValue()));
      text.append(' ').append(header.getValue());
    }
    return text + "\n\n" + new String(message.body(), UTF_8) + "\n";
  }

  private static String type(Object value) {
    return value instanceof Integer ? "int" : value instanceof Long ? "long" : "text";
  }
}
