package dev.errand.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.distribution.Repository.Run;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of the root pom, on a project of its own that has a first release. */
class ApiCompatibilityTest {
  private static final Path PROJECT = Path.of("src/test/projects/api");

  @Test
  void api_thatLosesAMethodOfTheLastRelease_failsTheBuildAndOneThatGrowsDoesNot(
      @TempDir Path folder) throws Exception {
    Repository repository = Repository.ofWhatIsPublished(folder.resolve("repository"));
    Path project = Projects.copy(PROJECT, folder.resolve("api"));
    Path source = project.resolve("src/main/java/sample/Greeting.java");
    repository.putParentOf("1.0.0");
    repository.putParentOf("1.1.0");

    Run release = build(repository, project, "install");
    Projects.replace(project.resolve("pom.xml"), "1.0.0", "1.1.0");
    Projects.replace(source, "// more", "public void added() {}");
    Run grown = build(repository, project, "verify", "-Derrand.released=1.0.0");
    Projects.replace(source, "public void kept() {}", "");
    Run broken = build(repository, project, "verify", "-Derrand.released=1.0.0");

    assertThat(release.exitCode()).as(release.output()).isZero();
    assertThat(grown.exitCode()).as(grown.output()).isZero();
    assertThat(broken.exitCode()).as(broken.output()).isNotZero();
    assertThat(broken.output()).contains("METHOD_REMOVED", "kept()");
  }

  private static Run build(Repository repository, Path project, String... arguments)
      throws Exception {
    String[] gatesOff = {
      "-P",
      "!static-analysis",
      "-Denforcer.skip",
      "-Dspotless.check.skip",
      "-Dmdep.analyze.skip",
      "-DfailIfNoTests=false",
      "-Dmaven.source.skip",
      "-Dmaven.javadoc.skip"
    };
    String[] all = Stream.of(gatesOff, arguments).flatMap(Stream::of).toArray(String[]::new);
    return repository.maven(project, all);
  }
}
