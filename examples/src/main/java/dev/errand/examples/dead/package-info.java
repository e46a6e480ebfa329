/**
 * Dead letters from a terminal, whatever application they are of. Enter at
 * {@link dev.errand.examples.dead.DeadCommand}.
 */
@NullMarked
package dev.errand.examples.dead;

import org.jspecify.annotations.NullMarked;
