/** Planted. */
@NullMarked
package dev.errand.architecture.planted.time;

import org.jspecify.annotations.NullMarked;
