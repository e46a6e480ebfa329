/** Planted. */
@NullMarked
package dev.errand.architecture.planted.arrows.middle;

import org.jspecify.annotations.NullMarked;
