package dev.errand.broker.tck.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The threads that were there at a moment, to tell those that came later. What the JVM, JUnit or
 * its runner begins when it likes is not counted, and neither are the kits' own threads. Virtual
 * threads are not seen.
 */
final class ThreadCensus {
  /** The JVM's own, and the carriers of virtual threads. */
  private static final Set<String> GROUPS =
      Set.of("system", "InnocuousThreadGroup", "CarrierThreads");

  private static final Set<String> NAMES = Set.of(
      // Of the JDK, one for the process.
      "ForkJoinPool.commonPool-",
      "CompletableFutureDelayScheduler",
      // Of who runs the tests.
      "junit-",
      "surefire-",
      Workbench.OWN_THREADS);

  private final Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());
  private final Set<String> shared;

  /**
   * Of now.
   *
   * @param shared what the names of further threads begin with that are not counted
   */
  ThreadCensus(Set<String> shared) {
    this.shared = Set.copyOf(shared);
  }

  /** Those that came since and are there, each with what it does. */
  List<String> since() {
    List<String> found = new ArrayList<>();
    for (Map.Entry<Thread, StackTraceElement[]> each :
        Thread.getAllStackTraces().entrySet()) {
      if (counts(each.getKey())) {
        found.add(each.getKey().getName()
            + Stream.of(each.getValue())
                .findFirst()
                .map(frame -> " at " + frame)
                .orElse(""));
      }
    }
    return found;
  }

  /** Whether it came since, and is none of those that are not counted. */
  boolean counts(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return !before.contains(thread)
        // It has none when it has ended.
        && group != null
        && !GROUPS.contains(group.getName())
        && Stream.concat(NAMES.stream(), shared.stream()).noneMatch(thread.getName()::startsWith);
  }
}
