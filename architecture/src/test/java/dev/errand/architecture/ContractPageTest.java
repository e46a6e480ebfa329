package dev.errand.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of the contract says what the kits found, in the columns that this build ran. With
 * {@code -Derrand.contract.rewrite=true} those columns are written anew first.
 */
final class ContractPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("docs/contract.md");

  @Test
  void page_saysWhatWasRun() throws IOException {
    Contract run = Contract.ofRuns(ROOT);
    if (Boolean.getBoolean("errand.contract.rewrite")) {
      ContractPage.read(PAGE).with(run, LocalDate.now(ZoneOffset.UTC)).write(PAGE);
    }

    assertThat(run.differencesFrom(ContractPage.read(PAGE).table()))
        .as("run the whole build with -Derrand.contract.rewrite=true")
        .isEmpty();
  }

  @Test
  void page_hasNoEmptyCell() throws IOException {
    assertThat(ContractPage.read(PAGE).emptyCells()).isEmpty();
  }

  @Test
  void page_hasATitleForEachGroup() throws IOException {
    assertThat(ContractPage.read(PAGE).table().cases()).isNotEmpty();
    assertThat(ContractPage.read(PAGE).untitled()).isEmpty();
  }

  @Test
  void staleColumn_isFound(@TempDir Path folder) throws IOException {
    run(folder, "broker", "in memory", "A1", "kept", "declare is idempotent");
    run(folder, "worker", "in memory", "A1", "refused", "a | b");
    run(folder, "broker", "RabbitMQ 3.10.8", "A1", "kept", "declare is idempotent");
    run(folder, "broker", "RabbitMQ 3.10.8", "A2", "broken", "new", "AssertionError: 1 is not 2");
    Path page = folder.resolve("contract.md");
    Files.write(page, List.of("# The contract", ""));
    Contract first = Contract.ofRuns(folder);
    ContractPage.read(page).with(first, LocalDate.of(2026, 1, 2)).write(page);

    assertThat(first.differencesFrom(ContractPage.read(page).table())).isEmpty();
    assertThat(first.cases()).containsValue("new");
    assertThat(ContractPage.read(page).emptyCells())
        .containsExactly(
            "in memory has '?' at A2 s",
            "RabbitMQ 3.10 has '?' at A1 w",
            "RabbitMQ 3.10 has 'broken' at A2 s");
    assertThat(ContractPage.read(page).prose()).containsExactly("# The contract", "");

    run(folder, "broker", "in memory", "A1", "refused", "declare is idempotent");
    assertThat(Contract.ofRuns(folder).differencesFrom(ContractPage.read(page).table()))
        .singleElement()
        .asString()
        .startsWith("in memory ran as {A1 s=refused");
    run(folder, "broker", "in memory", "A1", "kept", "declare is idempotent");
    run(folder, "worker", "in memory", "A1", "refused", "another sentence");
    assertThat(Contract.ofRuns(folder).differencesFrom(ContractPage.read(page).table()))
        .containsExactly("A1 w says 'another sentence', and the page 'a | b'");
  }

  private static void run(Path root, String... parts) throws IOException {
    Path folder = root.resolve("module/target/contract");
    Files.createDirectories(folder);
    Path file = folder.resolve(parts[1] + ".tsv");
    Files.writeString(
        file,
        String.join("\t", parts) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
