package dev.errand.architecture;

import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.all;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.AbstractClassesTransformer;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ClassesTransformer;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.errand.architecture.Modules.Module;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The rules, apart from the code that they are held against: all modules', or a planted one. */
final class Rules {

  /** What asks the JVM for the time, or sleeps, by the class that declares it. */
  private static final Map<String, Set<String>> CLOCKS = Map.ofEntries(
      Map.entry("java.lang.Thread", Set.of("sleep")),
      Map.entry("java.lang.System", Set.of("nanoTime", "currentTimeMillis")),
      Map.entry("java.util.concurrent.TimeUnit", Set.of("sleep")),
      Map.entry("java.util.Date", Set.of("<init>()")),
      Map.entry("java.util.Calendar", Set.of("getInstance")),
      Map.entry("java.util.GregorianCalendar", Set.of("<init>()")),
      Map.entry("java.time.InstantSource", Set.of("system")),
      Map.entry(
          "java.time.Clock",
          Set.of(
              "system",
              "systemUTC",
              "systemDefaultZone",
              "tickMillis",
              "tickSeconds",
              "tickMinutes")));

  private Rules() {}

  /** A class names only the modules and the libraries that its module's row allows. */
  static ArchRule arrows(Modules modules) {
    return classes().should(condition("see what their module may see", (type, events) -> {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        modules
            .of(type)
            .filter(module -> !maySee(module, dependency.getTargetClass(), modules))
            .ifPresent(module ->
                events.add(violated(type, module.name() + ": " + dependency.getDescription())));
      }
    }));
  }

  private static boolean maySee(Module module, JavaClass target, Modules modules) {
    // An array's component is a dependency of its own.
    return target.isArray()
        || modules
            .of(target)
            .map(other -> other.equals(module) || module.sees().contains(other.name()))
            .orElseGet(() -> target.isPrimitive()
                || isUnder("java", target)
                || isUnder("javax", target)
                || module.libraries().stream().anyMatch(library -> isUnder(library, target)));
  }

  private static boolean isUnder(String parent, JavaClass type) {
    return parent.isEmpty() || (type.getPackageName() + ".").startsWith(parent + ".");
  }

  /**
   * No cycle between packages when they are cut after that many names. Cut deep enough, each
   * package stands for itself; cut sooner, for all that lies below it.
   */
  static ArchRule noCycle(int names) {
    return slices()
        .assignedFrom(packagesCutAfter(names))
        .should()
        .beFreeOfCycles()
        .as("no cycle between packages, cut after " + names + " names");
  }

  private static SliceAssignment packagesCutAfter(int names) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return SliceIdentifier.of(Stream.of(type.getPackageName().split("\\."))
            .limit(names)
            .reduce((parent, child) -> parent + "." + child)
            .orElseThrow());
      }

      @Override
      public String getDescription() {
        return "packages cut after " + names + " names";
      }
    };
  }

  /** Every package says in its package-info that what is not {@code @Nullable} is never null. */
  static ArchRule nullMarked() {
    return all(packages()).should(condition("be null-marked", (found, events) -> {
      if (!found.isAnnotatedWith(NullMarked.class)) {
        events.add(violated(found, found.getName() + " is not @NullMarked"));
      }
    }));
  }

  private static ClassesTransformer<JavaPackage> packages() {
    return new AbstractClassesTransformer<>("packages") {
      @Override
      public Iterable<JavaPackage> doTransform(JavaClasses classes) {
        return classes.stream()
            .map(JavaClass::getPackage)
            .collect(toCollection(LinkedHashSet::new));
      }
    };
  }

  /** Nothing asks the JVM for the time or sleeps, but that one class. */
  static ArchRule noClockBut(String exempt) {
    return classes()
        .that()
        .doNotHaveFullyQualifiedName(exempt)
        .should(condition("take the time from " + exempt, (type, events) -> {
          for (JavaAccess<?> access : type.getAccessesFromSelf()) {
            if (asksTheJvm(access.getTarget())) {
              events.add(violated(type, access.getDescription()));
            }
          }
        }));
  }

  private static boolean asksTheJvm(AccessTarget target) {
    String owner = target.getOwner().getName();
    if (owner.startsWith("java.time.") && target.getName().equals("now")) {
      // LocalDate.now(clock) is fine: the clock had to come from somewhere.
      return !target.getFullName().contains("java.time.Clock)");
    }
    Set<String> members = CLOCKS.getOrDefault(owner, Set.of());
    return members.contains(target.getName())
        || members.contains(target.getFullName().substring(owner.length() + 1));
  }

  /**
   * Each module exports exactly these packages, to everyone; answers one line for each module that
   * does not.
   */
  static List<String> exportsThatDiffer(
      Map<String, Set<String>> expected, Stream<ModuleDescriptor> found) {
    List<String> differences = new ArrayList<>();
    Set<String> missing = new TreeSet<>(expected.keySet());
    found.forEach(module -> {
      missing.remove(module.name());
      Set<String> wanted = new TreeSet<>(expected.getOrDefault(module.name(), Set.of()));
      Set<String> exported =
          module.exports().stream().map(Exports::toString).collect(toCollection(TreeSet::new));
      if (!exported.equals(wanted)) {
        differences.add(module.name() + " exports " + exported + ", not " + wanted);
      }
    });
    missing.forEach(name -> differences.add(name + " has no module-info"));
    return differences;
  }

  private static <T> ArchCondition<T> condition(
      String description, BiConsumer<T, ConditionEvents> check) {
    return new ArchCondition<>(description) {
      @Override
      public void check(T item, ConditionEvents events) {
        check.accept(item, events);
      }
    };
  }
}
