/** Tests of the documents' worker as Guice puts it together. */
@NullMarked
package dev.errand.examples.guice;

import org.jspecify.annotations.NullMarked;
