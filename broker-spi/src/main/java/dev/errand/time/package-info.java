/**
 * The one seam through which all code asks for the time and waits. Enter at
 * {@link dev.errand.time.Time}; tests move {@link dev.errand.time.ManualTime} by hand. Everything
 * here is thread-safe.
 */
@NullMarked
package dev.errand.time;

import org.jspecify.annotations.NullMarked;
