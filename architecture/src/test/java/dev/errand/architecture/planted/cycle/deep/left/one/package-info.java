/** Planted. */
@NullMarked
package dev.errand.architecture.planted.cycle.deep.left.one;

import org.jspecify.annotations.NullMarked;
