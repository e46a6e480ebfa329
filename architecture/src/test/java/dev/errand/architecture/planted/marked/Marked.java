package dev.errand.architecture.planted.marked;

/** Breaks nothing. */
public record Marked() {}
