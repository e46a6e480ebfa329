package dev.errand.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/**
 * A module that is published as a jar, after it was packed.
 *
 * @param folder where it stands
 * @param artifact its name in a repository
 * @param version of all modules
 */
record PublishedModule(Path folder, String artifact, String version) {
  static final Path ROOT = Path.of("..");

  private static final Pattern MANAGED =
      Pattern.compile("<artifactId>(errand-([a-z-]+))</artifactId>\\s*<version>\\$");
  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");
  private static final Pattern JAVA_MODULE = Pattern.compile("\\bmodule ([a-z.]+) \\{");

  /** Those of the BOM, whose place on the disk is their name. */
  static List<PublishedModule> all() throws IOException {
    String bom = Files.readString(ROOT.resolve("bom/pom.xml"));
    String version = first(VERSION, bom);
    return MANAGED
        .matcher(bom)
        .results()
        .map(found -> new PublishedModule(ROOT.resolve(found.group(2)), found.group(1), version))
        .toList();
  }

  String javaModule() throws IOException {
    return first(
        JAVA_MODULE, Files.readString(folder.resolve("src/main/java").resolve("module-info.java")));
  }

  Path jar(String classifier) {
    return folder.resolve("target/%s-%s%s.jar".formatted(artifact, version, classifier));
  }

  /** Empty where there is no such jar. */
  List<JarEntry> entries(String classifier) throws IOException {
    Path jar = jar(classifier);
    if (!Files.exists(jar)) {
      return List.of();
    }
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().toList();
    }
  }

  private static String first(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + pattern + " in " + text));
  }
}
