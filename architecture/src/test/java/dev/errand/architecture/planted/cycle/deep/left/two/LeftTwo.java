package dev.errand.architecture.planted.cycle.deep.left.two;

/** Points nowhere. */
public record LeftTwo() {}
