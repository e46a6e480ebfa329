package dev.errand.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ch.qos.logback.classic.Level;
import dev.errand.worker.WorkerEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** A chapter of the page: each of its failures is provoked, then the page is held against them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Chapter {
  private static final boolean REWRITE = Boolean.getBoolean("errors.rewrite");

  private final String title;
  private final List<Failure> failures = new ArrayList<>();
  private final List<Page.Entry> seen = new ArrayList<>();

  Chapter(String title) {
    this.title = title;
  }

  /** Adds all failures, in the order of the page. */
  abstract void failures() throws Exception;

  /** Adds a failure that a call throws, which the scene has the witness try. */
  final void thrown(
      String when,
      Class<? extends Exception> expected,
      Bound bound,
      String remedy,
      Failure.Scene scene) {
    failures.add(new Failure(when, expected.getSimpleName(), bound, remedy, scene));
  }

  /** Adds a failure that a worker tells as an event, which the scene has the witness hear. */
  final void told(
      String when,
      Class<? extends WorkerEvent> expected,
      Bound bound,
      String remedy,
      Failure.Scene scene) {
    failures.add(new Failure(when, expected.getSimpleName(), bound, remedy, scene));
  }

  /** Adds a failure that stands in the log alone, which the scene has the witness read. */
  final void logged(String when, Level level, Bound bound, String remedy, Failure.Scene scene) {
    failures.add(new Failure(when, level.toString(), bound, remedy, scene));
  }

  @TestFactory
  final Stream<DynamicTest> chapter() throws Exception {
    failures();
    return Stream.concat(
        failures.stream().map(failure -> dynamicTest(failure.when(), () -> see(failure))),
        Stream.of(dynamicTest(Page.NAME + " says so", this::holdThePage)));
  }

  private void see(Failure failure) throws Exception {
    Told told = failure.provoke();
    seen.add(new Page.Entry(
        failure.when(), told.by(), failure.bound().words(), failure.remedy(), told.message()));
  }

  private void holdThePage() throws IOException {
    assertThat(seen).as("failures that were told as they should").hasSameSizeAs(failures);
    if (REWRITE) {
      Page.read().with(title, seen).write();
    }
    assertThat(Page.read().chapter(title))
        .as(
            "%s is stale; rewrite it by: ./mvnw -pl errors -am verify -Derrors.rewrite=true",
            Page.NAME)
        .isEqualTo(Page.rendered(title, seen));
  }
}
