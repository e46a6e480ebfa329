package dev.errand.broker.tck.kit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A backend's column in the table of cases: writes down what came of each case, as one line of
 * {@code <folder>/<kit>-<backend>.tsv}, with the kit, the backend, the case's number, its outcome
 * ({@code kept}, {@code refused}, {@code broken} by an assertion, {@code failed} by anything else),
 * its sentence, and what it failed with, if it did, between tabs. Lines are appended; the last one
 * of a case counts. The folder is JUnit's configuration parameter, or the system property,
 * {@value #FOLDER}; without it nothing is written. One instance serves one case.
 */
public final class Column implements AfterEachCallback {
  /** The configuration parameter that names the folder. */
  public static final String FOLDER = "errand.contract.folder";

  private static final int LONGEST = 500;

  private final String kit;
  private @Nullable String backend;
  private @Nullable String refused;

  /** A column of this kit. */
  public Column(String kit) {
    this.kit = kit;
  }

  /** Says on which backend the case runs. */
  public void on(String name) {
    backend = name;
  }

  /** The case shows that the backend refuses, as declared, what it does not offer. */
  public void refused(String what) {
    refused = what;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    Optional<String> folder = context.getConfigurationParameter(FOLDER);
    if (backend != null && folder.isPresent()) {
      write(Path.of(folder.get()), backend, context);
    }
  }

  private void write(Path folder, String on, ExtensionContext context) throws IOException {
    String[] name = context.getDisplayName().split(" ", 2);
    String line = String.join("\t", kit, on, name[0], outcome(context), name[name.length - 1])
        + failure(context) + "\n";
    Files.createDirectories(folder);
    String file = kit + "-" + on.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-") + ".tsv";
    Files.writeString(
        folder.resolve(file),
        line,
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private String outcome(ExtensionContext context) {
    return context
        .getExecutionException()
        .map(error -> error instanceof AssertionError ? "broken" : "failed")
        .orElse(refused == null ? "kept" : "refused");
  }

  /** On one line, and no longer than one reads. */
  private static String failure(ExtensionContext context) {
    return context
        .getExecutionException()
        .map(error -> "\t" + error.toString().replaceAll("\\s+", " "))
        .map(text -> text.substring(0, Math.min(LONGEST, text.length())))
        .orElse("");
  }
}
