package dev.errand.examples.routing;

import dev.errand.Task;
import dev.errand.broker.Exchange;
import dev.errand.retry.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What sender and workers share: a task through each kind of exchange. */
final class Routing {
  private static final RetryPolicy SOON =
      RetryPolicy.every(Duration.ofMillis(100)).attempts(3);

  // @start region="direct"
  static final Task<Upload> BY_KIND = Task.of("routing.by-kind", Upload.class)
      .through(Exchange.direct("routing.by-kind"), upload -> upload.kind())
      .retrying(SOON);
  // @end

  // @start region="fanout"
  static final Task<Upload> TO_ALL = Task.of("routing.to-all", Upload.class)
      .through(Exchange.fanout("routing.to-all"))
      .retrying(SOON);
  // @end

  // @start region="topic"
  static final Task<Upload> BY_TOPIC = Task.of("routing.by-topic", Upload.class)
      .through(
          Exchange.topic("routing.by-topic"),
          upload -> upload.kind() + "." + upload.size() + "." + upload.language())
      .retrying(SOON);
  // @end

  // @start region="headers"
  static final Task<Upload> BY_HEADERS = Task.of("routing.by-headers", Upload.class)
      .throughHeaders(
          Exchange.headers("routing.by-headers"),
          upload -> Map.of("kind", upload.kind(), "size", upload.size(), "lang", upload.language()))
      .retrying(SOON);
  // @end

  static final List<Task<Upload>> TASKS = List.of(BY_KIND, TO_ALL, BY_TOPIC, BY_HEADERS);

  private Routing() {}
}
