/**
 * The README's sample as a program. A documentation test holds the README against the region that
 * is marked in it. Its handler runs on several threads at once.
 */
@NullMarked
package dev.errand.examples.readme;

import org.jspecify.annotations.NullMarked;
