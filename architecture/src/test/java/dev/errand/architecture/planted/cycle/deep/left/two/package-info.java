/** Planted. */
@NullMarked
package dev.errand.architecture.planted.cycle.deep.left.two;

import org.jspecify.annotations.NullMarked;
