package dev.errand.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.errand.architecture.Modules.Module;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule reports the code that was planted against it, and the innocent code beside it not. */
final class PlantedViolationsTest {

  private static final String PLANTED = "dev.errand.architecture.planted";

  @Test
  void arrows_reportAModuleAboveAndAForeignLibrary() {
    Modules modules = Modules.of(
        PlantedViolationsTest::lastName,
        new Module("low", Set.of(), Set.of("org.jspecify")),
        new Module("middle", Set.of("low"), Set.of("org.jspecify", "org.assertj.core.api")),
        new Module("high", Set.of("middle"), Set.of("org.jspecify", "org.junit")));

    assertThat(report(Rules.arrows(modules), "arrows"))
        .extracting(line -> line.replaceFirst("(\\w+): .*<([\\w.]+)> in .*", "$1 sees $2"))
        .containsOnly(
            "low sees " + PLANTED + ".arrows.middle.Middle",
            "middle sees org.assertj.core.description.Description");
  }

  @Test
  void cycles_reportTwoPackagesThatNameEachOther() {
    assertThat(report(Rules.noCycle(7), "cycle.flat"))
        .singleElement()
        .asString()
        .contains("flat.left", "flat.right");
  }

  @Test
  void cycles_reportTwoTreesThatNameEachOther() {
    assertThat(report(Rules.noCycle(8), "cycle.deep")).isEmpty();
    assertThat(report(Rules.noCycle(7), "cycle.deep"))
        .singleElement()
        .asString()
        .contains("deep.left", "deep.right");
  }

  @Test
  void nullMarks_reportThePackageWithoutOne() {
    assertThat(report(Rules.nullMarked(), "marked", "unmarked"))
        .containsExactly(PLANTED + ".unmarked is not @NullMarked");
  }

  @Test
  void clocks_reportEveryWayToTakeTheTime() {
    assertThat(report(Rules.noClockBut(PLANTED + ".time.OwnTime"), "time"))
        .extracting(
            line -> line.replaceFirst("[^<]*<.*?TakenTime\\.(lambda\\$)?([a-zA-Z]+).*", "$2"))
        .containsExactlyInAnyOrder(
            "threadSleep",
            "unitSleep",
            "nanos",
            "nanosByReference",
            "millis",
            "instant",
            "instantInLambda",
            "today",
            "clock",
            "date");
  }

  @Test
  void exports_reportAPackageTooManyAPackageTooFewAndAModuleWithoutDescriptor() {
    ModuleDescriptor right = ModuleDescriptor.newModule("right").exports("a").build();
    ModuleDescriptor more =
        ModuleDescriptor.newModule("more").exports("a").exports("b").build();
    ModuleDescriptor less = ModuleDescriptor.newModule("less").build();
    ModuleDescriptor some =
        ModuleDescriptor.newModule("some").exports("a", Set.of("right")).build();
    ModuleDescriptor unlisted =
        ModuleDescriptor.newModule("unlisted").exports("a").build();
    Set<String> a = Set.of("a");

    List<String> reported = Rules.exportsThatDiffer(
        Map.of("right", a, "more", a, "less", a, "some", a, "gone", a),
        Stream.of(right, more, less, some, unlisted));

    assertThat(reported)
        .containsExactly(
            "more exports [a, b], not [a]",
            "less exports [], not [a]",
            "some exports [a to [right]], not [a]",
            "unlisted exports [a], not []",
            "gone has no module-info");
  }

  @Test
  void documentation_reportsWhatIsPublicAndSaysNothing() throws IOException {
    String source = """
        public class Silent {
          public static final int SILENT = 1;
          /** Said. */
          public static final int SAID = 1;
          private int hidden;
          protected void silent() {}
          @Override public String toString() { return ""; }
          void packagePrivate() {}
          public interface Inner { void silent(); }
          /** Said. */
          public record Said(int component) {}
          static class Hidden { public void nobodySees() {} }
        }
        """;

    assertThat(Documentation.missingIn(List.of(file("Silent.java", source))))
        .containsExactly(
            "Silent has no Javadoc (/Silent.java:1)",
            "Silent.SILENT has no Javadoc (/Silent.java:2)",
            "Silent.silent has no Javadoc (/Silent.java:6)",
            "Inner has no Javadoc (/Silent.java:9)",
            "Inner.silent has no Javadoc (/Silent.java:9)");
  }

  @Test
  void links_reportAFileAndAWordThatAreNotThere(@TempDir Path root) throws IOException {
    Files.createDirectories(root.resolve("code"));
    Files.writeString(root.resolve("code/Cases.java"), "class Cases { void holds() {} } // B1 ");
    Page page = page(root, "docs/page.md", """
        ## Below
        See [the cases](../code/Cases.java), [`B1 holds`](../code/Cases.java#L1), [below](#below),
        [elsewhere](https://example.org/gone.md) and [the folder](../code), but not
        [the plan](../plan.md), [`B1 hold`](../code/Cases.java) or [here](code/Cases.java).
        """);

    assertThat(page.links()).isEqualTo(7);
    assertThat(page.brokenLinks())
        .containsExactly(
            "docs/page.md links to ../plan.md, which is not there",
            "docs/page.md: there is no hold in ../code/Cases.java",
            "docs/page.md links to code/Cases.java, which is not there");
  }

  @Test
  void links_reportAnAnchorThatIsNoHeadingOfThePageItLeadsTo(@TempDir Path root)
      throws IOException {
    page(root, "docs/other.md", """
        # The `Worker.on` call, and more

        ```
        # not a heading
        ```
        ## Twice
        ## Twice
        <a id="E07"></a>
        """);
    Page page = page(root, "page.md", """
        ## Here and [there](docs/other.md)
        [a](#here-and-there) [b](docs/other.md#the-workeron-call-and-more) [c](docs/other.md#twice-1)
        [d](docs/other.md#E07), but not [e](#there) [f](docs/other.md#not-a-heading)
        [g](docs/other.md#twice-2)
        """);

    assertThat(page.brokenLinks())
        .containsExactly(
            "page.md: there is no heading for #there in page.md",
            "page.md: there is no heading for #not-a-heading in other.md",
            "page.md: there is no heading for #twice-2 in other.md");
  }

  @Test
  void samples_reportThoseThatAreNoRegionOfCodeOrDiffer(@TempDir Path root) throws IOException {
    Files.writeString(root.resolve("Code.java"), """
        class Code {
          // @start region="main"
          void main() {

            run();
          }
          // @end
        }
        """);
    String sample = "```java\nvoid main() {\n\n  run();\n}\n```\n";
    Page page = page(
        root,
        "page.md",
        "<!-- Code.java#main -->\n" + sample
            + "<!-- Code.java#main -->\n" + sample.replace("run", "ran")
            + "<!-- Code.java#other -->\n" + sample
            + "<!-- Gone.java#main -->\n" + sample
            + sample);

    assertThat(page.samples()).isEqualTo(5);
    assertThat(page.samplesThatDiffer())
        .containsExactly(
            "page.md:9 differs from Code.java#main",
            "page.md:16 differs from Code.java#other",
            "page.md:23 differs from Gone.java#main",
            "page.md:29 has a sample of no region");
  }

  @Test
  void moduleGraph_reportsAnArrowTooManyAndOneTooFew(@TempDir Path root) throws IOException {
    Modules modules = Modules.of(
        type -> Optional.empty(),
        new Module("low", Set.of(), Set.of()),
        new Module("middle", Set.of("low"), Set.of()),
        new Module("high", Set.of("low", "middle"), Set.of()),
        new Module("beside", Set.of("low"), Set.of()),
        new Module("alone", Set.of(), Set.of()));
    Page page = page(root, "page.md", """
          middle --> low
          high --> middle
          beside --> middle
          NEW --> RUNNING: start
          low -.tests.-> high
        """);

    assertThat(modules.differencesFrom(page.arrows()))
        .containsExactly("beside leads to [low, middle], and may see [low]");
    assertThat(modules.differencesFrom(Map.of("middle", Set.of("low"), "beside", Set.of("low"))))
        .containsExactly("high leads to [], and may see [low, middle]");
  }

  @Test
  void bom_reportsAPublishedModuleThatItLacksAndOneThatIsNotPublished(@TempDir Path root)
      throws IOException {
    pom(
        root,
        "parent",
        "<modules><module>bom</module><module>api</module>"
            + "<module>late</module><module>programs</module></modules>");
    pom(root.resolve("api"), "errand-api", "");
    pom(root.resolve("late"), "errand-late", "");
    pom(
        root.resolve("programs"),
        "errand-programs",
        "<properties><maven.deploy.skip>true</maven.deploy.skip></properties>");
    pom(
        root.resolve("bom"),
        "errand-bom",
        "<dependency><artifactId>errand-api</artifactId></dependency>"
            + "<dependency><artifactId>errand-programs</artifactId></dependency>");

    Build build = Build.read(root);

    assertThat(build.published()).containsExactly("api", "late");
    assertThat(build.differencesFromBom())
        .containsExactly(
            "errand-late is published and not in bom/pom.xml; add it, or set maven.deploy.skip in"
                + " its pom",
            "errand-programs is in bom/pom.xml and not published");
  }

  private static void pom(Path folder, String artifact, String rest) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("pom.xml"),
        "<project><parent><artifactId>parent</artifactId></parent><artifactId>%s</artifactId>%s</project>"
            .formatted(artifact, rest));
  }

  private static Page page(Path root, String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Page.read(root, Files.writeString(file, text));
  }

  private static JavaFileObject file(String name, String source) {
    return new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  private static List<String> report(ArchRule rule, String... folders) {
    JavaClasses planted = new ClassFileImporter()
        .importPackages(Stream.of(folders).map(folder -> PLANTED + "." + folder).toList());
    assertThat(planted).isNotEmpty();
    return rule.evaluate(planted).getFailureReport().getDetails();
  }

  private static Optional<String> lastName(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(PLANTED)
        ? Optional.of(name.substring(name.lastIndexOf('.') + 1))
        : Optional.empty();
  }
}
