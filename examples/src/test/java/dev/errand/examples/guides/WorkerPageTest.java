package dev.errand.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.time.DurationText;
import dev.errand.worker.Health;
import dev.errand.worker.StopReport;
import dev.errand.worker.WorkerBuilder;
import dev.errand.worker.WorkerEvent;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of the worker names all that there is, with the defaults of the code. */
class WorkerPageTest {
  private final List<String> rows = rows();

  private static List<String> rows() {
    try (Stream<String> lines = Files.lines(Path.of("../docs/worker.md"))) {
      return lines.filter(line -> line.startsWith("| `")).toList();
    } catch (IOException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private String row(String beginning) {
    return rows.stream()
        .filter(row -> row.startsWith("| `" + beginning))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row of " + beginning + " among " + rows));
  }

  @Test
  void eachMethodOfTheBuilder_hasARow() {
    List<Method> methods = Arrays.asList(WorkerBuilder.class.getMethods());

    assertThat(methods)
        .filteredOn(method -> method.getDeclaringClass() == WorkerBuilder.class)
        .hasSizeGreaterThan(8)
        .allSatisfy(method -> assertThat(row(method.getName() + "(")).isNotEmpty());
  }

  @Test
  void defaults_areThoseOfTheCode() {
    assertThat(row("concurrency(")).contains("| " + WorkerBuilder.DEFAULT_CONCURRENCY + " |");
    assertThat(row("concurrency("))
        .contains(
            "1 to " + WorkerBuilder.MOST_PLATFORM_THREADS, "" + WorkerBuilder.MOST_CONCURRENCY);
    assertThat(row("prefetch("))
        .contains(
            WorkerBuilder.DEFAULT_PREFETCH_EACH + " times", "to " + WorkerBuilder.MOST_PREFETCH);
    assertThat(row("killedAfter("))
        .contains(
            "with the " + DurationText.of(WorkerBuilder.BEYOND_GRACE),
            DurationText.of(WorkerBuilder.USUAL_KILL_TIME.minus(WorkerBuilder.BEYOND_GRACE))
                + " is warned of");
    assertThat(row("gracePeriod("))
        .contains("| " + DurationText.of(WorkerBuilder.DEFAULT_GRACE_PERIOD) + " |");
    assertThat(row("deployPeriod("))
        .contains("| " + DurationText.of(WorkerBuilder.DEFAULT_DEPLOY_PERIOD) + " |");
    assertThat(row("silence("))
        .contains("| " + DurationText.of(WorkerBuilder.DEFAULT_SILENCE) + " |");
    assertThat(row("name(")).contains("| `" + WorkerBuilder.DEFAULT_NAME + "` |");
  }

  @Test
  void eachEvent_hasARow() {
    assertThat(WorkerEvent.class.getPermittedSubclasses())
        .hasSizeGreaterThan(10)
        .allSatisfy(event -> assertThat(row(event.getSimpleName() + "`")).isNotEmpty());
  }

  @Test
  void eachPartOfAReport_hasARow() {
    assertThat(StopReport.class.getRecordComponents())
        .extracting(RecordComponent::getName)
        .hasSizeGreaterThan(3)
        .allSatisfy(part -> assertThat(row(part + "()")).isNotEmpty());
  }

  @Test
  void eachReasonOfAHealth_hasARow_thatSaysWhatIsNotLive() {
    assertThat(Health.Kind.values()).hasSizeGreaterThan(5).allSatisfy(kind -> {
      String row = row(kind.name() + "`");
      assertThat(row.contains("*Not live*")).as(row).isEqualTo(kind.needsStart());
    });
  }
}
