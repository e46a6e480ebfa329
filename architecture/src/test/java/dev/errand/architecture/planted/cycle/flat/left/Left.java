package dev.errand.architecture.planted.cycle.flat.left;

import dev.errand.architecture.planted.cycle.flat.right.Right;

/** One half of a cycle. */
public record Left(Right right) {}
