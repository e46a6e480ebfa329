/** Planted. */
@NullMarked
package dev.errand.architecture.planted.arrows.low;

import org.jspecify.annotations.NullMarked;
