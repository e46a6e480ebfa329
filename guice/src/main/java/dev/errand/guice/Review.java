package dev.errand.guice;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import com.google.inject.spi.Message;
import dev.errand.Task;
import dev.errand.guice.Statement.Handled;
import dev.errand.guice.Statement.Listed;
import dev.errand.guice.Statement.Refused;
import dev.errand.time.Time;
import dev.errand.worker.Worker;
import dev.errand.worker.WorkerBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks whether all that the modules say fits together. */
final class Review {
  private final List<Configured> configured;
  private final List<Statement> statements;
  private final List<Handled<?>> handled;

  Review(Collection<Configured> configured, Collection<Statement> statements) {
    this.configured = List.copyOf(configured);
    this.statements = List.copyOf(statements);
    handled = this.statements.stream()
        .<Handled<?>>mapMulti((statement, found) -> {
          if (statement instanceof Handled<?> each) {
            found.accept(each);
          }
        })
        .toList();
  }

  /** Who runs what. */
  List<Handled<?>> handled() {
    return handled;
  }

  /** All that is wrong; empty when it fits. */
  List<Message> faults() {
    return Stream.of(
            severalConfigurations(),
            namesakes(),
            withoutHandler(),
            withSeveralHandlers(),
            refused())
        .flatMap(List::stream)
        .toList();
  }

  private List<Message> severalConfigurations() {
    if (configured.size() < 2) {
      return List.of();
    }
    String told = configured.stream().map(Configured::toString).collect(joining(", "));
    return List.of(new Message(
        configured.get(1).made(),
        "An injector has " + configured.size() + " ErrandModules. They are made in " + told
            + ", and it has one broker. Install one, or hide each in a PrivateModule."));
  }

  private List<Message> namesakes() {
    List<Message> faults = new ArrayList<>();
    for (List<Statement> named : groups(statements, each -> each.task().name())) {
      // A task is a constant: what is not the same one is another.
      List<Statement> tasks =
          groups(named, Statement::task).stream().map(same -> same.get(0)).toList();
      if (tasks.size() > 1) {
        String told = tasks.stream()
            .map(each -> "the " + each.task() + " in " + each.origin())
            .collect(joining(", "));
        faults.add(fault(
            tasks.get(1),
            tasks.size() + " tasks are called '" + tasks.get(0).task().name() + "'. They are "
                + told + ", and a worker cannot tell their jobs apart. Share one constant, or name"
                + " the others otherwise."));
      }
    }
    return faults;
  }

  private List<Message> withoutHandler() {
    // By name, as a handler of a namesake is told above.
    Set<String> done = statements.stream()
        .filter(each -> !(each instanceof Listed))
        .map(each -> each.task().name())
        .collect(toSet());
    return statements.stream()
        .filter(each -> done.add(each.task().name()))
        .map(each -> fault(
            each,
            "The " + each.task() + " has no handler. It is listed in " + each.origin()
                + ", and its jobs would wait for ever. Bind one in a TaskModule, by"
                + " handle(task).with(Handler.class), or take the task off the list."))
        .toList();
  }

  private List<Message> withSeveralHandlers() {
    record Place(Task<?> task, String queue) {}
    return groups(handled, each -> new Place(each.task(), each.queue())).stream()
        .filter(same -> same.size() > 1)
        .map(same -> fault(
            same.get(1),
            "The " + same.get(0).source() + " has " + same.size() + " handlers. They are "
                + same.stream().map(Handled::described).collect(joining(", "))
                + ", and a job is run by one. Take the others away."))
        .toList();
  }

  /** What a worker would refuse. */
  private List<Message> refused() {
    record Place(String task, String queue) {}
    List<Message> faults = new ArrayList<>();
    for (Statement each : statements) {
      if (each instanceof Refused refused) {
        faults.add(refusal(each, refused.reason().getMessage()));
      }
    }
    WorkerBuilder never = Worker.on(new LazyBroker(Time.system(), time -> {
      throw new IllegalStateException("A worker for a trial was used.");
    }));
    Set<Place> tried = new HashSet<>();
    for (Handled<?> each : handled) {
      // Of several handlers the first one is tried: they are told above.
      if (tried.add(new Place(each.task().name(), each.queue()))) {
        try {
          each.addTo(never);
        } catch (IllegalArgumentException | IllegalStateException refused) {
          faults.add(refusal(each, refused.getMessage()));
        }
      }
    }
    return faults;
  }

  private static Message refusal(Statement said, @Nullable String reason) {
    return fault(said, said.origin() + " says what a worker refuses. " + reason);
  }

  private static Message fault(Statement where, String what) {
    return new Message(where.origin().line(), what);
  }

  /** In the order of their first members. */
  private static <E, K> Collection<List<E>> groups(List<E> all, Function<E, K> key) {
    return all.stream().collect(groupingBy(key, LinkedHashMap::new, toList())).values();
  }
}
