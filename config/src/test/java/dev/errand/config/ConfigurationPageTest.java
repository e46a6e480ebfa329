package dev.errand.config;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.broker.BrokerProvider;
import dev.errand.broker.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/configuration.md is that of the settings; with {@code -Derrand.write} it is
 * written.
 */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final String MARK =
      "<!-- Written by ConfigurationPageTest: see CONTRIBUTING.md. -->\n";

  private static final String HEAD = """
      | in a file, in the environment | address | what it bounds | default | unit | limits | why this default |
      |---|---|---|---|---|---|---|
      """;

  @Test
  void table_isThatOfTheSettings() throws IOException {
    String page = Files.readString(PAGE);
    String written = page.substring(0, page.indexOf(MARK) + MARK.length()) + table();
    if (Boolean.getBoolean("errand.write")) {
      Files.writeString(PAGE, written);
    }

    assertThat(Files.readString(PAGE))
        .as("docs/configuration.md; -Derrand.write=true writes it anew")
        .isEqualTo(written);
  }

  private static String table() {
    Set<Setting<?>> settings = new LinkedHashSet<>(Configuration.OWN);
    BrokerProvider.installed().forEach(backend -> settings.addAll(backend.settings()));
    return HEAD + settings.stream().map(ConfigurationPageTest::row).collect(joining());
  }

  private static String row(Setting<?> setting) {
    return Stream.of(
            "`" + Given.property(setting) + "` `" + Given.variable(setting) + "`",
            addresses(setting),
            setting.bounds(),
            setting.defaultText(),
            setting.unit(),
            setting.limits(),
            setting.reason())
        .collect(joining(" | ", "| ", " |\n"));
  }

  /** The schemes whose addresses take it as a parameter. */
  private static String addresses(Setting<?> setting) {
    return BrokerProvider.installed().stream()
        .filter(backend -> backend.settings().contains(setting))
        .flatMap(backend -> backend.schemes().stream())
        .collect(toCollection(TreeSet::new))
        .stream()
        .map(scheme -> "`" + scheme + ":`")
        .collect(joining(" "));
  }

  @Test
  void settings_sayAllThatATableNeeds() {
    Stream.concat(
            Configuration.OWN.stream(),
            BrokerProvider.installed().stream().flatMap(each -> each.settings().stream()))
        .forEach(setting -> {
          assertThat(setting.name()).matches("[a-z]+(-[a-z]+)*");
          assertThat(setting.bounds()).as(setting.name()).isNotBlank();
          assertThat(setting.defaultText()).as(setting.name()).isNotBlank();
          assertThat(setting.reason()).as(setting.name()).isNotBlank();
          assertThat(setting.limits()).as(setting.name()).isNotBlank();
        });
  }
}
