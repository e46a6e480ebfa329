package dev.errand.worker.tck;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import dev.errand.broker.tck.kit.Deadline;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
final class WorkerFaultsTest {
  @ParameterizedTest
  @EnumSource
  void faultyWorker_underItsCases_failsEachByAnAssertion(Fault fault) {
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
          .isNotInstanceOf(Deadline.class);
    });
  }

  @Test
  void everyCase_isTurnedRedByAFault() {
    Set<String> turnedRed = Stream.of(Fault.values())
        .flatMap(fault -> fault.cases().stream())
        .collect(toCollection(TreeSet::new));

    assertThat(cases()).hasSizeGreaterThanOrEqualTo(13).isEqualTo(turnedRed);
  }

  @Test
  void everyCase_hasTheTagOfItsGroup() {
    assertThat(plannedCases())
        .allSatisfy(test -> assertThat(test.getTags())
            .as(test.getDisplayName())
            .contains(TestTag.create(test.getDisplayName().substring(0, 1))));
  }

  /** The outcome of each case that the fault concerns, by its number. */
  private static Map<String, TestExecutionResult> run(Fault fault) {
    Map<String, TestExecutionResult> results = new TreeMap<>();
    BrokenWorkerContract.fault = fault;
    LauncherDiscoveryRequest request = request()
        .configurationParameter("errand.contract.folder", "target/mutants/" + fault)
        .selectors(selectClass(BrokenWorkerContract.class))
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
        .discover(request().selectors(selectClass(BrokenWorkerContract.class)).build());
    return plan.getRoots().stream()
        .flatMap(root -> plan.getDescendants(root).stream())
        .filter(TestIdentifier::isTest);
  }

  private static String number(String displayName) {
    return displayName.substring(0, displayName.indexOf(' '));
  }
}
