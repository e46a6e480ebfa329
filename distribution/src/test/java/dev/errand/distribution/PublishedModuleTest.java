package dev.errand.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublishedModuleTest {
  /** What the root pom says in project.build.outputTimestamp, as a jar keeps it: without a zone. */
  private static final LocalDateTime BUILT = LocalDateTime.parse("2026-01-01T00:00:00");

  @Test
  void all_areAsManyAsTheBomLists() throws IOException {
    String bom = Files.readString(PublishedModule.ROOT.resolve("bom/pom.xml"));

    assertThat(PublishedModule.all()).hasSize(bom.split("<dependency>", -1).length - 1);
  }

  @Test
  void sourcesJar_ofEachModule_hasEveryFileOfItsSources() throws IOException {
    List<String> missing = new ArrayList<>();
    for (PublishedModule module : PublishedModule.all()) {
      List<String> names =
          module.entries("-sources").stream().map(JarEntry::getName).toList();
      sourcesOf(module)
          .filter(name -> !names.contains(name))
          .forEach(name -> missing.add(module.artifact() + ": " + name));
    }

    assertThat(missing).isEmpty();
  }

  /** Two builds of a commit give the same bytes; scripts/reproduce builds twice and compares. */
  @Test
  void jars_carryNoTimeOfTheBuild() throws IOException {
    List<String> others = new ArrayList<>();
    for (PublishedModule module : PublishedModule.all()) {
      for (String classifier : List.of("", "-sources")) {
        assertThat(module.entries(classifier))
            .as(module.jar(classifier).toString())
            .isNotEmpty();
        for (JarEntry entry : module.entries(classifier)) {
          if (!entry.getTimeLocal().equals(BUILT)) {
            others.add(
                "%s: %s is of %s".formatted(module.jar(classifier), entry, entry.getTimeLocal()));
          }
        }
      }
    }

    assertThat(others).isEmpty();
  }

  /** What a central repository asks of a pom; a module has the rest from its parent. */
  @Test
  void poms_sayWhatACentralRepositoryAsksFor() throws IOException {
    List<String> missing = new ArrayList<>();
    for (PublishedModule module : PublishedModule.all()) {
      missing.addAll(missing(module.folder(), "<name>", "<description>"));
    }
    for (String whole : List.of(".", "bom")) {
      missing.addAll(missing(
          PublishedModule.ROOT.resolve(whole),
          "<name>",
          "<description>",
          "<url>https://errand.dev</url>",
          "<license>",
          "<developer>",
          "<scm"));
    }

    assertThat(missing).isEmpty();
  }

  private static List<String> missing(Path folder, String... tags) throws IOException {
    String pom = Files.readString(folder.resolve("pom.xml"));
    return Stream.of(tags)
        .filter(tag -> !pom.contains(tag))
        .map(tag -> folder + " has no " + tag)
        .toList();
  }

  private static Stream<String> sourcesOf(PublishedModule module) throws IOException {
    Path sources = module.folder().resolve("src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> sources.relativize(file).toString().replace('\\', '/'))
          .toList()
          .stream();
    }
  }
}
