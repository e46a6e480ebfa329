package dev.errand.architecture.planted.arrows.low;

import dev.errand.architecture.planted.arrows.middle.Middle;

/** Looks up. */
public record Low(Middle above) {}
