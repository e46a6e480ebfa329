/**
 * Each failure that a user can meet, provoked for real, and {@code docs/errors.md} of them. A
 * {@link dev.errand.errors.Chapter} is a part of the page and a test class.
 */
@NullMarked
package dev.errand.errors;

import org.jspecify.annotations.NullMarked;
