/** Planted. */
@NullMarked
package dev.errand.architecture.planted.cycle.deep.right.two;

import org.jspecify.annotations.NullMarked;
