package dev.errand.architecture.planted.cycle.deep.right.two;

import dev.errand.architecture.planted.cycle.deep.left.two.LeftTwo;

/** Points left: no two packages form a cycle, but their parents do. */
public record RightTwo(LeftTwo left) {}
