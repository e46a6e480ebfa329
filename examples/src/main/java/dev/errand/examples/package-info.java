/**
 * The examples, a package each; {@code Main} is the command line around them, which {@code ./demo}
 * runs.
 */
@NullMarked
package dev.errand.examples;

import org.jspecify.annotations.NullMarked;
