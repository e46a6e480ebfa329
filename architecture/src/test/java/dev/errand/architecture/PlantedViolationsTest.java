package dev.errand.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.errand.architecture.Modules.Module;
import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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
