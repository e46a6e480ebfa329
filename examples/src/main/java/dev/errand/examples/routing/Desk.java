package dev.errand.examples.routing;

import static dev.errand.examples.routing.Routing.BY_HEADERS;
import static dev.errand.examples.routing.Routing.BY_KIND;
import static dev.errand.examples.routing.Routing.BY_TOPIC;
import static dev.errand.examples.routing.Routing.TO_ALL;

import dev.errand.Source;
import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.broker.Binding;
import dev.errand.broker.Broker;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.util.List;
import java.util.Map;

/** A worker with a queue of its own, and what brings the uploads into it. */
record Desk(String name, List<Source<Upload>> sources) {
  // @start region="render"
  static final Desk RENDER = new Desk(
      "render",
      List.of(
          BY_KIND.from("routing.render").boundBy("image", "video"),
          TO_ALL.from("routing.render"),
          BY_TOPIC.from("routing.render").boundBy("image.#", "video.#"),
          BY_HEADERS
              .from("routing.render")
              .boundBy(new Binding.AllOf(Map.of("kind", "image", "size", "large")))));
  // @end

  // @start region="index"
  static final Desk INDEX = new Desk(
      "index",
      List.of(
          BY_KIND.from("routing.index").boundBy("text"),
          TO_ALL.from("routing.index"),
          BY_TOPIC.from("routing.index").boundBy("text.#", "*.*.en"),
          BY_HEADERS
              .from("routing.index")
              .boundBy(new Binding.AnyOf(Map.of("kind", "text", "lang", "en")))));
  // @end

  // @start region="audit"
  static final Desk AUDIT = new Desk(
      "audit",
      List.of(
          BY_KIND.from("routing.audit").boundBy("video"),
          TO_ALL.from("routing.audit"),
          BY_TOPIC.from("routing.audit").boundBy("*.large.*"),
          BY_HEADERS.from("routing.audit").boundBy(new Binding.AllOf(Map.of("size", "large")))));
  // @end

  static final List<Desk> ALL = List.of(RENDER, INDEX, AUDIT);

  /** Starts its worker, which takes from all its sources. */
  Worker work(Broker broker, TaskHandler<Upload> handler) {
    WorkerBuilder worker = Worker.on(broker).name(name);
    sources.forEach(source -> worker.handle(source, handler));
    return worker.start();
  }

  /** Its bindings to the exchange of a task. */
  List<Binding> bindings(Task<Upload> task) {
    return sources.stream()
        .filter(source -> source.task() == task)
        .flatMap(source -> source.bindings().stream())
        .toList();
  }
}
