package dev.errand.architecture.planted.arrows.middle;

import java.util.List;
import org.assertj.core.description.Description;

/** Names a library that is not its own, behind an array too, and the JDK, which is everyone's. */
public record Middle(Description library, List<String> jdk) {

  static int count(Description[] libraries) {
    return libraries.length;
  }
}
