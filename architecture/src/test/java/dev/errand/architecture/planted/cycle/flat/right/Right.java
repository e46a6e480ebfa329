package dev.errand.architecture.planted.cycle.flat.right;

import dev.errand.architecture.planted.cycle.flat.left.Left;
import java.util.List;

/** The other half. */
public record Right(List<Left> lefts) {}
