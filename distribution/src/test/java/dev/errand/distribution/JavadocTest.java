package dev.errand.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs where the build makes Javadoc, on JDK 21 and newer. */
class JavadocTest {
  private static final Path FOLDER = Path.of("target/reports/apidocs");

  @Test
  void links_ofTheJavadoc_leadSomewhere() throws IOException {
    Site site = Site.read(FOLDER);

    assertThat(site.links()).isGreaterThan(1000);
    assertThat(site.brokenLinks()).isEmpty();
  }

  @Test
  void modules_thatArePublished_areInTheJavadocAndHaveAJarOfTheirOwn() throws IOException {
    List<String> missing = new ArrayList<>();
    String overview = Files.readString(FOLDER.resolve("index.html"));
    for (PublishedModule module : PublishedModule.all()) {
      if (!overview.contains("href=\"" + module.javaModule() + "/module-summary.html\"")) {
        missing.add(module.javaModule() + " in the site");
      }
      if (module.entries("-javadoc").stream()
          .noneMatch(entry -> entry.getName().equals("index.html"))) {
        missing.add(module.artifact() + "'s Javadoc jar");
      }
    }

    assertThat(missing).isEmpty();
  }
}
