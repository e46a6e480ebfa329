/** Planted. */
@NullMarked
package dev.errand.architecture.planted.cycle.flat.left;

import org.jspecify.annotations.NullMarked;
