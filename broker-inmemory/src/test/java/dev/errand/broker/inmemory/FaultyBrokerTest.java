package dev.errand.broker.inmemory;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import dev.errand.broker.tck.Fault;
import dev.errand.broker.tck.kit.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherFactory;

/** Each case of the contract can fail, and fails by an assertion of its own. */
final class FaultyBrokerTest {
  /** The cases that say that something happens, and the faults with which it never does. */
  private static final Map<Fault, Set<String>> SHOWN_BY_ABSENCE = Map.of(
      // A pool's thread may end a moment after the pool: it is left behind if it never ends.
      Fault.THREAD_LEFT,
      Set.of("A10"),
      // That the broker knows of an acknowledgement shows in the next deliveries.
      Fault.ACKS_WAIT_FOR_OLDER,
      Set.of("D2"),
      // The message is gone, and nothing else is in the queue.
      Fault.SECOND_DELAY_LOST,
      Set.of("F10"),
      // What was to be kept never comes; in F6 nothing else does.
      Fault.DURABILITY_CLAIMED,
      Set.of("F6"),
      // The message is gone, and a server may take its time to put it back.
      Fault.LOOKS_TAKE,
      Set.of("I10"),
      // Nothing arrives any more.
      Fault.STAYS_LOST,
      Set.of("K1", "K2"));

  @ParameterizedTest
  @EnumSource
  void faultyBroker_underItsCases_failsEachByAnAssertion(Fault fault) {
    Map<String, TestExecutionResult> results = run(fault);

    assertThat(results).containsOnlyKeys(fault.cases());
    results.forEach((number, result) -> {
      assertThat(result.getStatus())
          .as("case %s with %s", number, fault)
          .isEqualTo(TestExecutionResult.Status.FAILED);
      assertThat(result.getThrowable())
          .as("case %s with %s", number, fault)
          .containsInstanceOf(AssertionError.class)
          .get()
          .matches(
              error -> error instanceof Deadline == showsByAbsence(fault, number),
              "a deadline exactly where the fault shows in nothing else");
    });
  }

  private static boolean showsByAbsence(Fault fault, String number) {
    return SHOWN_BY_ABSENCE.getOrDefault(fault, Set.of()).contains(number);
  }

  @Test
  void everyCase_isTurnedRedByAFault() {
    Set<String> all = cases();
    Set<String> turnedRed = Stream.of(Fault.values())
        .flatMap(fault -> fault.cases().stream())
        .collect(toCollection(TreeSet::new));

    assertThat(all).hasSizeGreaterThanOrEqualTo(45);
    assertThat(turnedRed).isEqualTo(all);
  }

  @Test
  void everyCase_hasTheTagOfItsGroup() {
    assertThat(plannedCases())
        .allSatisfy(test -> assertThat(test.getTags())
            .as(test.getDisplayName())
            .contains(TestTag.create(test.getDisplayName().substring(0, 1))));
  }

  @Test
  void failedCase_isWrittenDown_withWhatItFailedWith(@TempDir Path folder) throws IOException {
    run(Fault.MISSING_IS_EMPTY, folder);

    try (Stream<Path> files = Files.list(folder)) {
      String[] columns = Files.readString(files.findFirst().orElseThrow()).split("\t", -1);
      assertThat(columns).hasSize(6).contains("N2", "broken");
      assertThat(columns[5]).contains("found success").hasLineCount(1);
    }
  }

  /** The outcome of each case that the fault concerns, by its number. */
  private static Map<String, TestExecutionResult> run(Fault fault) {
    return run(fault, Path.of("target/mutants", fault.name()));
  }

  private static Map<String, TestExecutionResult> run(Fault fault, Path folder) {
    Map<String, TestExecutionResult> results = new TreeMap<>();
    BrokenBrokerContract.fault = fault;
    LauncherDiscoveryRequest request = request()
        .configurationParameter("errand.contract.folder", folder.toString())
        .selectors(selectClass(BrokenBrokerContract.class))
        .filters((PostDiscoveryFilter) test -> FilterResult.includedIf(
            !test.isTest() || fault.cases().contains(number(test.getDisplayName()))))
        .build();
    LauncherFactory.create().execute(request, new TestExecutionListener() {
      @Override
      public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
          results.put(number(test.getDisplayName()), result);
        }
      }
    });
    return results;
  }

  private static Set<String> cases() {
    return plannedCases()
        .map(test -> number(test.getDisplayName()))
        .collect(toCollection(TreeSet::new));
  }

  private static Stream<TestIdentifier> plannedCases() {
    TestPlan plan = LauncherFactory.create()
        .discover(request().selectors(selectClass(BrokenBrokerContract.class)).build());
    return plan.getRoots().stream()
        .flatMap(root -> plan.getDescendants(root).stream())
        .filter(TestIdentifier::isTest);
  }

  private static String number(String displayName) {
    return displayName.substring(0, displayName.indexOf(' '));
  }
}
