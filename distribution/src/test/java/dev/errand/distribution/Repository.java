package dev.errand.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A local Maven repository that begins with nothing but what this build would publish. What others
 * have published comes from the repository of this build, or from where Maven downloads it.
 */
record Repository(Path folder) {

  /** What a run of Maven, or of what it built, came to. */
  record Run(int exitCode, String output) {}

  static Repository ofWhatIsPublished(Path folder) throws IOException {
    Repository repository = new Repository(folder);
    String version = "";
    for (PublishedModule module : PublishedModule.all()) {
      version = module.version();
      repository.put(module.artifact(), version, "jar", module.jar(""));
      repository.put(module.artifact(), version, "pom", module.folder().resolve("pom.xml"));
    }
    repository.put("errand-bom", version, "pom", PublishedModule.ROOT.resolve("bom/pom.xml"));
    repository.put("errand-parent", version, "pom", PublishedModule.ROOT.resolve("pom.xml"));
    return repository;
  }

  /** Adds the parent and the BOM as if they had another version. */
  void putParentOf(String version) throws IOException {
    for (String artifact : List.of("errand-parent", "errand-bom")) {
      Path pom =
          PublishedModule.ROOT.resolve(artifact.equals("errand-bom") ? "bom/pom.xml" : "pom.xml");
      String ours = PublishedModule.all().get(0).version();
      Path changed = Files.createTempFile(folder, "pom", ".xml");
      Files.writeString(
          changed, Files.readString(pom).replaceFirst("<version>" + ours, "<version>" + version));
      put(artifact, version, "pom", changed);
    }
  }

  private void put(String artifact, String version, String type, Path file) throws IOException {
    Path place = folder.resolve("dev/errand").resolve(artifact).resolve(version);
    Files.createDirectories(place);
    Files.copy(file, place.resolve("%s-%s.%s".formatted(artifact, version, type)));
  }

  /** Runs Maven in a folder, and blocks until it ends. */
  Run maven(Path project, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(
        System.getProperty("errand.test.maven"),
        "--batch-mode",
        "--no-transfer-progress",
        "-Dmaven.repo.local=" + folder,
        "-Dmaven.repo.local.tail=" + tail()));
    if (System.getProperty("errand.test.mode").equals("offline true")) {
      command.add("--offline");
    }
    command.addAll(List.of(arguments));
    return run(project, command);
  }

  /** Runs a command in a folder, on the JDK of this build, and blocks until it ends. */
  static Run run(Path directory, List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "output", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(
          command + " did not end within 5 minutes:\n" + Files.readString(output));
    }
    return new Run(process.exitValue(), Files.readString(output));
  }

  /** The repositories of this build; a property that nobody set is still an expression. */
  private static String tail() {
    return Stream.of(System.getProperty("errand.test.repositories").split(",", -1))
        .filter(path -> !path.isBlank() && !path.startsWith("$"))
        .collect(Collectors.joining(","));
  }
}
