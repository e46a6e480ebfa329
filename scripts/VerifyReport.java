import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Reads the test reports that the build left behind, and prints their sum as its last line. Run as
 * {@code java scripts/VerifyReport.java ROOT}; exits with 1, saying why, when what was run is not
 * the whole of it, or shows the password that the tests plant.
 */
final class VerifyReport {

  /** Their cases run in other modules, or they have none. */
  private static final Set<String> WITHOUT_TESTS = Set.of("bom", "broker-tck", "benchmarks");

  /** The text of {@code dev.errand.testing.rabbit.PlantedPassword}. */
  private static final String PASSWORD = "planted-opensesame";

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern ON_MEMORY = Pattern.compile("(.*\\.)?InMemory\\w*Contract\\w*");
  private static final Pattern ON_RABBIT = Pattern.compile("(.*\\.)?Rabbit\\w*Contract\\w*");
  private static final Pattern ON_SQL = Pattern.compile("(.*\\.)?Sql\\w*Contract\\w*");
  private static final Pattern SERVER = Pattern.compile("contract backend: RabbitMQ (\\S+)");

  private final Path root;
  private final DocumentBuilder parser;
  private final Set<String> servers = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();
  private int tests;
  private int failed;
  private int skipped;
  private int onMemory;
  private int onRabbit;
  private int onSql;

  private VerifyReport(Path root) throws ParserConfigurationException {
    this.root = root;
    this.parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
  }

  public static void main(String... args) throws Exception {
    VerifyReport report = new VerifyReport(Path.of(args.length == 0 ? "." : args[0]));
    report.read();
    report.judge();
    report.searchForThePassword();
    report.faults.forEach(fault -> System.out.println("verify: " + fault));
    System.out.println(report.line());
    System.exit(report.faults.isEmpty() ? 0 : 1);
  }

  private void read() throws IOException, SAXException {
    for (String module : modules()) {
      int before = tests;
      for (Path report : reportsOf(module)) {
        add(module, parser.parse(report.toFile()).getDocumentElement());
      }
      if (tests == before && !WITHOUT_TESTS.contains(module)) {
        faults.add("the module " + module + " ran no test");
      }
    }
  }

  private List<String> modules() throws IOException {
    String pom = Files.readString(root.resolve("pom.xml"));
    return MODULE.matcher(pom).results().map(found -> found.group(1)).toList();
  }

  private List<Path> reportsOf(String module) {
    Path folder = root.resolve(module).resolve("target/surefire-reports");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  // Nested cases carry the name of the class that declares them, the suite that of the one run.
  private void add(String module, Element suite) {
    String name = suite.getAttribute("name");
    NodeList cases = suite.getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      add((Element) cases.item(i), "%s, %s".formatted(module, name));
    }
    tests += cases.getLength();
    if (ON_MEMORY.matcher(name).matches()) {
      onMemory += cases.getLength();
    }
    if (ON_SQL.matcher(name).matches()) {
      onSql += cases.getLength();
    }
    if (ON_RABBIT.matcher(name).matches()) {
      onRabbit += cases.getLength();
      SERVER
          .matcher(suite.getTextContent())
          .results()
          .forEach(found -> servers.add(found.group(1)));
    }
  }

  private void add(Element test, String suite) {
    String which =
        "%s, %s %s".formatted(suite, test.getAttribute("classname"), test.getAttribute("name"));
    if (has(test, "failure") || has(test, "error")) {
      failed++;
      faults.add("failed: " + which);
    }
    if (has(test, "skipped")) {
      skipped++;
      faults.add("skipped, and no test may be: " + which);
    }
  }

  private static boolean has(Element test, String outcome) {
    return test.getElementsByTagName(outcome).getLength() > 0;
  }

  private void judge() {
    if (onMemory == 0 || onMemory != onRabbit || onMemory != onSql) {
      faults.add(
          "the contract ran %d cases in memory, %d on RabbitMQ and %d over SQL: each runs all of them"
              .formatted(onMemory, onRabbit, onSql));
    }
    if (servers.size() != 1) {
      faults.add("the contract has to run on one RabbitMQ and say on which; it names " + servers);
    }
  }

  /** Where the build wrote what it printed and reported: never the code, where it has to stand. */
  private void searchForThePassword() throws IOException {
    List<Path> folders = new ArrayList<>(List.of(root.resolve("target")));
    modules().forEach(module -> folders.add(root.resolve(module).resolve("target")));
    for (Path folder : folders) {
      for (Path file : writtenIn(folder)) {
        search(file);
      }
    }
  }

  private static List<Path> writtenIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(".log")
              || folder.relativize(file).getName(0).toString().endsWith("-reports"))
          .sorted()
          .toList();
    }
  }

  private void search(Path file) throws IOException {
    // Bytes as they are: not all that a test prints is text.
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    for (int at = 0; at < lines.size(); at++) {
      if (lines.get(at).contains(PASSWORD)) {
        faults.add("the planted password stands in %s:%d".formatted(root.relativize(file), at + 1));
      }
    }
  }

  private String line() {
    return "tests %d  failed %d  skipped %d  contract: memory %d  rabbitmq %s %d  sql %d  jdk %d"
        .formatted(
            tests,
            failed,
            skipped,
            onMemory,
            servers.isEmpty() ? "none" : String.join(",", servers),
            onRabbit,
            onSql,
            Runtime.version().feature());
  }
}
