package dev.errand.architecture.planted.cycle.deep.right.one;

/** Points nowhere. */
public record RightOne() {}
