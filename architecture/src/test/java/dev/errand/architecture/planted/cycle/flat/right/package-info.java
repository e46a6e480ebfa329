/** Planted. */
@NullMarked
package dev.errand.architecture.planted.cycle.flat.right;

import org.jspecify.annotations.NullMarked;
