/** Planted. */
@NullMarked
package dev.errand.architecture.planted.arrows.high;

import org.jspecify.annotations.NullMarked;
