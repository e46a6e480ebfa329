package dev.errand.architecture.planted.cycle.deep.left.one;

import dev.errand.architecture.planted.cycle.deep.right.one.RightOne;

/** Points right. */
public record LeftOne(RightOne right) {}
