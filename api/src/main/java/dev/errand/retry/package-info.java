/**
 * Whether and when a failed attempt is followed by another: {@link dev.errand.retry.RetryPolicy}, a
 * pure function. Everything here is immutable.
 */
@NullMarked
package dev.errand.retry;

import org.jspecify.annotations.NullMarked;
