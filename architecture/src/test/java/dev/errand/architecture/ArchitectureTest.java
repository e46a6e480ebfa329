package dev.errand.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {

  private static final Path ROOT = Path.of("..");

  /** The version of its class files. */
  private static final int JAVA_17 = 61;

  private static final Modules MODULES = Modules.ofTheProject();

  private static final JavaClasses MAIN = new ClassFileImporter()
      .withImportOption(new DoNotIncludeTests())
      .importPackages("dev.errand");

  /**
   * The library modules with a descriptor: all but testing-rabbit, whose libraries have no module
   * names to require.
   */
  private static final Map<String, Set<String>> EXPORTS = Map.ofEntries(
      entry("dev.errand.broker", Set.of("dev.errand.broker", "dev.errand.time")),
      entry("dev.errand.broker.tck", Set.of("dev.errand.broker.tck", "dev.errand.broker.tck.kit")),
      entry("dev.errand.testing.rabbit", Set.of("dev.errand.testing.rabbit")),
      entry("dev.errand.broker.inmemory", Set.of("dev.errand.broker.inmemory")),
      entry("dev.errand.broker.rabbit", Set.of("dev.errand.broker.rabbit")),
      entry("dev.errand", Set.of("dev.errand", "dev.errand.codec", "dev.errand.retry")),
      entry("dev.errand.worker", Set.of("dev.errand.worker")),
      entry("dev.errand.config", Set.of("dev.errand.config")),
      entry("dev.errand.guice", Set.of("dev.errand.guice")),
      entry("dev.errand.worker.tck", Set.of("dev.errand.worker.tck")));

  @Test
  void everyModule_isSeen() {
    Map<String, Long> seen =
        MAIN.stream().collect(groupingBy(ArchitectureTest::moduleOf, counting()));

    assertThat(seen).containsOnlyKeys(MODULES.table().keySet());
  }

  @Test
  void mainCode_isBytecodeOfJava17_whateverItIsCompiledOn() {
    assertThat(MAIN)
        .isNotEmpty()
        .allSatisfy(each -> assertThat(bytecodeOf(each)).as(each.getName()).isEqualTo(JAVA_17));
  }

  /** The major version of its class file. */
  private static int bytecodeOf(JavaClass each) {
    try (DataInputStream file =
        new DataInputStream(each.getSource().orElseThrow().getUri().toURL().openStream())) {
      file.skipNBytes(6);
      return file.readUnsignedShort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void mainCode_keepsTheArrows() {
    Rules.arrows(MODULES).check(MAIN);
  }

  @Test
  void packages_haveNoCycleAtAnyDepth() {
    int deepest = MAIN.stream().mapToInt(ArchitectureTest::depthOf).max().orElseThrow();

    assertThat(deepest).isGreaterThan(2);
    for (int names = 3; names <= deepest; names++) {
      Rules.noCycle(names).check(MAIN);
    }
  }

  @Test
  void packages_areNullMarked() {
    Rules.nullMarked().check(MAIN);
  }

  @Test
  void timeAndWaiting_comeThroughTheSeam() {
    Rules.noClockBut("dev.errand.time.SystemTime").check(MAIN);
  }

  @Test
  void modules_exportExactlyTheListedPackages() throws IOException {
    List<URL> found = getClass().getClassLoader().resources("module-info.class").toList();

    assertThat(Rules.exportsThatDiffer(
            EXPORTS,
            found.stream()
                .map(ArchitectureTest::read)
                .filter(module -> module.name().matches("dev\\.errand(\\..*)?"))))
        .isEmpty();
  }

  @Test
  void libraries_documentWhatIsPublic() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String library : Build.read(ROOT).published()) {
      List<Path> found = filesUnder(ROOT.resolve(library).resolve("src/main/java"), ".java");
      assertThat(found).as(library).isNotEmpty();
      sources.addAll(found);
    }

    try (StandardJavaFileManager files =
        ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, UTF_8)) {
      assertThat(Documentation.missingIn(files.getJavaFileObjectsFromPaths(sources)))
          .isEmpty();
    }
  }

  @Test
  void bom_listsWhatIsPublished() throws IOException {
    Build build = Build.read(ROOT);

    assertThat(build.published()).contains("api", "broker-rabbit");
    assertThat(build.differencesFromBom()).isEmpty();
  }

  @Test
  void pages_linkToWhatIsThere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Page page : pages()) {
      broken.addAll(page.brokenLinks());
    }

    assertThat(pages().stream().mapToInt(Page::links).sum()).isPositive();
    assertThat(broken).isEmpty();
  }

  @Test
  void index_leadsToEveryPage() throws IOException {
    Path docs = Path.of("..", "docs");
    String index = Files.readString(docs.resolve("README.md"));

    assertThat(filesUnder(docs, ".md"))
        .map(page -> docs.relativize(page).toString())
        .filteredOn(page -> !page.equals("README.md") && !page.startsWith("decisions/"))
        .isNotEmpty()
        .allSatisfy(page -> assertThat(index).contains("](" + page));
  }

  @Test
  void samples_areRegionsOfCodeThatIsBuilt() throws IOException {
    List<String> differences = new ArrayList<>();
    for (Page page : pages()) {
      differences.addAll(page.samplesThatDiffer());
    }

    assertThat(pages().stream().mapToInt(Page::samples).sum()).isPositive();
    assertThat(differences).isEmpty();
  }

  @Test
  void moduleGraph_isThatOfTheTable() throws IOException {
    Page page = Page.read(ROOT, ROOT.resolve("docs/architecture.md"));

    assertThat(MODULES.differencesFrom(page.arrows())).isEmpty();
  }

  private static List<Page> pages() throws IOException {
    List<Page> pages = new ArrayList<>();
    for (String page : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      pages.add(Page.read(ROOT, ROOT.resolve(page)));
    }
    for (Path file : filesUnder(ROOT.resolve("docs"), ".md")) {
      pages.add(Page.read(ROOT, file));
    }
    return pages;
  }

  private static List<Path> filesUnder(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }

  private static String moduleOf(JavaClass type) {
    return MODULES
        .of(type)
        .map(Modules.Module::name)
        .orElseGet(() -> "none, " + type.getName() + " from " + type.getSource());
  }

  private static int depthOf(JavaClass type) {
    return type.getPackageName().split("\\.").length;
  }

  private static ModuleDescriptor read(URL moduleInfo) {
    try (InputStream stream = moduleInfo.openStream()) {
      return ModuleDescriptor.read(stream);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + moduleInfo, e);
    }
  }
}
