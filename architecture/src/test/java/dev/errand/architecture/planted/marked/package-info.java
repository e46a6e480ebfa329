/** Planted. */
@NullMarked
package dev.errand.architecture.planted.marked;

import org.jspecify.annotations.NullMarked;
