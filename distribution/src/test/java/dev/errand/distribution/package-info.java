/**
 * What is published, as those see it who depend on it: the jars, the BOM, the API against the last
 * release, and the Javadoc. The tests run in the phase {@code verify}, after all modules are
 * packed.
 */
@NullMarked
package dev.errand.distribution;

import org.jspecify.annotations.NullMarked;
