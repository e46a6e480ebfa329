package dev.errand.benchmarks.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.Capabilities;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A way to be hostile, or to know no better. */
enum Kind {
  RANDOM_BYTES {
    @Override
    Foreign make(String id, Random random) {
      return Foreign.of(id, bytes(random, random.nextInt(2_000)), Good.TASK);
    }
  },
  TRUNCATED_JSON {
    @Override
    Foreign make(String id, Random random) {
      String whole = Good.json(random.nextInt());
      return Foreign.of(id, text(whole.substring(0, random.nextInt(whole.length()))), Good.TASK);
    }
  },
  /** 200 KB each. */
  DEEP_NESTING {
    @Override
    Foreign make(String id, Random random) {
      boolean arrays = random.nextBoolean();
      String open = arrays ? "[" : "{\"a\":";
      String close = random.nextBoolean() ? (arrays ? "]" : "}").repeat(DEPTH) : "";
      return Foreign.of(id, text(open.repeat(DEPTH) + "1" + close), Good.TASK);
    }
  },
  /** Of a job that runs, or of one that does not, so that its dead letter has even more. */
  LARGE_HEADERS {
    @Override
    Foreign make(String id, Random random) {
      String body = random.nextBoolean() ? Good.json(1) : "{";
      int number = 1 + random.nextInt(100);
      int each = (LEAST_HEADER_BYTES + random.nextInt(MORE_HEADER_BYTES)) / number - HEADER_EXTRA;
      Map<String, Object> headers = new TreeMap<>();
      for (int i = 0; i < number; i++) {
        headers.put("large-" + i, "x".repeat(each));
      }
      return Foreign.of(id, text(body), Good.TASK).with(headers);
    }
  },
  WRONG_TYPES {
    @Override
    Foreign make(String id, Random random) {
      return Foreign.of(id, text(one(WRONG, random)), Good.TASK);
    }
  },
  UNKNOWN_NAME {
    @Override
    Foreign make(String id, Random random) {
      String name = random.nextBoolean() ? "unknown." + random.nextInt(5) : longName(random);
      return Foreign.of(id, text(Good.json(1)), name);
    }
  },
  /** As Celery, MassTransit, Spring and NServiceBus send. */
  OTHERS_ENVELOPE {
    @Override
    Foreign make(String id, Random random) {
      return switch (random.nextInt(4)) {
        case 0 ->
          Foreign.of(
                  id,
                  text("[[1,2],{},{\"callbacks\":null,\"errbacks\":null,\"chain\":null}]"),
                  null)
              .with(Map.of("lang", "py", "task", "shop.add", "id", id, "retries", 0));
        case 1 ->
          Foreign.of(
                  id,
                  text("{\"messageId\":\"" + id
                      + "\",\"messageType\":[\"urn:message:Shop:Ordered\"],\"message\":{\"n\":1}}"),
                  null)
              .contentType("application/vnd.masstransit+json")
              .with(Map.of("MT-Activity-Id", "00-1-1-00"));
        case 2 ->
          Foreign.of(id, text(Good.json(1)), null)
              .with(Map.of("__TypeId__", "java.lang.ProcessBuilder"));
        default ->
          Foreign.of(id, text("{\"Number\":1}"), "Shop.Ordered, Shop, Version=1.0.0.0")
              .with(Map.of("NServiceBus.EnclosedMessageTypes", "Shop.Ordered"));
      };
    }
  },
  FORGED_DEATH {
    @Override
    Foreign make(String id, Random random) {
      Map<String, Object> death = Map.of(
          "count",
          Long.MAX_VALUE,
          "reason",
          "rejected",
          "queue",
          "errand.delay.8.9",
          "exchange",
          "");
      return Foreign.of(id, text(Good.json(1)), Good.TASK)
          .with(Map.of(
              "x-death",
              random.nextBoolean() ? List.of(death) : "forged",
              "x-first-death-reason",
              "expired",
              "x-delivery-count",
              Long.MAX_VALUE,
              "x-errand-seq",
              random.nextLong(),
              "broker-reason",
              "delivery-limit"));
    }
  },
  FORGED_COUNTS {
    @Override
    Foreign make(String id, Random random) {
      Map<String, Object> headers = new TreeMap<>();
      headers.put("errand-attempt", one(ABSURD, random));
      for (String name : OURS) {
        if (random.nextBoolean()) {
          headers.put(name, one(ABSURD, random));
        }
      }
      return Foreign.of(id, text(Good.json(1)), Good.TASK).with(headers);
    }
  },
  PRIORITY_255 {
    @Override
    Foreign make(String id, Random random) {
      String body = random.nextBoolean() ? Good.json(1) : "{";
      return Foreign.of(id, text(body), Good.TASK).priority(255);
    }
  },
  NO_TYPE {
    @Override
    Foreign make(String id, Random random) {
      return Foreign.of(id, text(Good.json(1)), null);
    }
  },
  /** A body of 20 MiB, which reads as a job or not. */
  HUGE_BODY {
    @Override
    Foreign make(String id, Random random) {
      byte[] body = random.nextBoolean()
          ? text("{\"number\":1,\"text\":\"" + "x".repeat(HUGE) + "\"}")
          : bytes(random, HUGE);
      return Foreign.of(id, body, Good.TASK);
    }
  };

  private static final int DEPTH = 100_000;

  /** Up to what a copy may have: with a failure's facts some have more. */
  private static final int LEAST_HEADER_BYTES = 118_000;

  private static final int MORE_HEADER_BYTES = Capabilities.MAX_COPY_HEADER_BYTES - 118_000;

  /** What a header takes beside its value. */
  private static final int HEADER_EXTRA = 20;

  private static final int HUGE = 20 * 1024 * 1024;
  private static final int LONGEST_TEXT = 255;

  private static final List<String> WRONG = List.of(
      "{\"number\":\"seven\",\"text\":\"a\"}",
      "{\"number\":1.9,\"text\":\"a\"}",
      "{\"number\":99999999999999999999,\"text\":\"a\"}",
      "{\"number\":1,\"text\":{\"a\":[]}}",
      "[]",
      "[[],{},{\"callbacks\":null}]",
      "null",
      "\"text\"",
      "true",
      "1e999999999");

  private static final List<String> OURS = List.of(
      "errand-attempt",
      "errand-returns",
      "errand-crashes",
      "errand-interruptions",
      "errand-deferrals",
      "errand-format",
      "errand-payload-version",
      "errand-enqueued-at",
      "errand-due-at",
      "errand-waiting-since",
      "errand-failure-first-at",
      "errand-queue");

  private static final List<Object> ABSURD =
      List.of(-1, Integer.MIN_VALUE, "7", "", Long.MAX_VALUE, Long.MIN_VALUE, 0x1p63, true);

  /** One message of this kind. */
  abstract Foreign make(String id, Random random);

  /** All but the huge ones. */
  static List<Kind> small() {
    return List.of(values()).subList(0, values().length - 1);
  }

  private static <T> T one(List<T> among, Random random) {
    return among.get(random.nextInt(among.size()));
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String longName(Random random) {
    return Integer.toHexString(random.nextInt()).repeat(LONGEST_TEXT).substring(0, LONGEST_TEXT);
  }
}
