package dev.errand.architecture.planted.arrows.middle;

import java.util.List;
import org.assertj.core.description.Description;

/** Names a library that is not its own, and one of the JDK, which is everyone's. */
public record Middle(Description[] library, List<String> jdk) {}
