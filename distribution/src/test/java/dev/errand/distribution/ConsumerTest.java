package dev.errand.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsumerTest {
  private static final Path PROJECT = Path.of("src/test/projects/consumer");

  /** As modules, so that a wrong descriptor is seen too. */
  @Test
  void project_thatImportsTheBom_isBuiltAndRunsAJob(@TempDir Path folder) throws Exception {
    Repository repository = Repository.ofWhatIsPublished(folder.resolve("repository"));
    Path project = Projects.copy(PROJECT, folder.resolve("consumer"));
    String version = PublishedModule.all().get(0).version();

    Repository.Run build = repository.maven(
        project,
        "-Derrand.version=" + version,
        "-Dmdep.outputFile=target/module.path",
        "-DincludeScope=runtime",
        "compile",
        "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath");

    assertThat(build.exitCode()).as(build.output()).isZero();
    String modulePath = "target/classes" + File.pathSeparator
        + Files.readString(project.resolve("target/module.path"));
    assertGreets("Ann", project, modulePath, "consumer.Consumer");
    assertGreets("Bob", project, modulePath, "consumer.GuiceConsumer");
  }

  private static void assertGreets(String guest, Path project, String modulePath, String mainClass)
      throws IOException, InterruptedException {
    Repository.Run run =
        Repository.run(project, List.of(java(), "-p", modulePath, "-m", "consumer/" + mainClass));
    assertThat(run.output()).contains("hello " + guest);
    assertThat(run.exitCode()).as(run.output()).isZero();
  }

  private static String java() throws IOException {
    return Path.of(System.getProperty("java.home"), "bin", "java").toRealPath().toString();
  }
}
