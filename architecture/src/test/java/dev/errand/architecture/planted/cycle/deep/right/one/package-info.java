/** Planted. */
@NullMarked
package dev.errand.architecture.planted.cycle.deep.right.one;

import org.jspecify.annotations.NullMarked;
