/**
 * The samples of the guides in {@code docs/guides}, and the tests that run them: each sample is a
 * region that is marked in one of these classes, and each claim of a guide has its test here.
 */
@NullMarked
package dev.errand.examples.guides;

import org.jspecify.annotations.NullMarked;
