package dev.errand.examples.dead;

import dev.errand.DeadLetter;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters are meant: those to which all that is given applies. */
final class Chosen implements Predicate<DeadLetter> {
  @Option(names = "--id", paramLabel = "ID", description = "the job of this id")
  private @Nullable String id;

  @Option(names = "--task", paramLabel = "NAME", description = "jobs of this task")
  private @Nullable String task;

  @Option(
      names = "--error",
      paramLabel = "TEXT",
      description = "jobs whose reason, exception or its message has this text")
  private @Nullable String error;

  boolean isAnything() {
    return id == null && task == null && error == null;
  }

  @Override
  public boolean test(DeadLetter letter) {
    return (id == null || id.equals(letter.id()))
        && (task == null || task.equals(letter.task()))
        && (error == null || has(letter, error));
  }

  private static boolean has(DeadLetter letter, String text) {
    return Stream.of(letter.reason(), letter.errorType(), letter.errorMessage())
        .anyMatch(said -> said.contains(text));
  }
}
