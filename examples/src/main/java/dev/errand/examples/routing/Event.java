package dev.errand.examples.routing;

import dev.errand.Home;
import dev.errand.Task;
import dev.errand.broker.Binding;
import dev.errand.broker.Exchange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** An upload on its way through one of the exchanges. */
record Event(int number, Task<Upload> task, Upload upload) {
  static final Comparator<Event> BY_NUMBER = Comparator.comparingInt(Event::number);

  /** Each upload through each exchange, numbered from 1. */
  static List<Event> all() {
    List<Event> events = new ArrayList<>();
    for (Task<Upload> task : Routing.TASKS) {
      for (Upload upload : Upload.TEN) {
        events.add(new Event(events.size() + 1, task, upload));
      }
    }
    return events;
  }

  /** The id of its job, and so of each copy. */
  String id() {
    return "event-" + number;
  }

  Exchange exchange() {
    return through().exchange();
  }

  String key() {
    return through().keyOf().apply(upload);
  }

  Map<String, Object> headers() {
    return through().headersOf().apply(upload);
  }

  private Home.Through<Upload> through() {
    return (Home.Through<Upload>) task.home();
  }

  /** Which bindings let it into the queue of a desk, by the rules of the exchange. */
  List<Binding> letIn(Desk desk) {
    return desk.bindings(task).stream()
        .filter(binding -> binding.matches(exchange().type(), key(), headers()))
        .toList();
  }
}
