package dev.errand.architecture.planted.arrows.high;

import dev.errand.architecture.planted.arrows.middle.Middle;
import org.junit.jupiter.api.TestInfo;

/** Breaks nothing: its row allows both. */
public record High(Middle below, TestInfo library) {}
