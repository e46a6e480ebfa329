/** Tests of the worker, on the in-memory broker. */
@NullMarked
package dev.errand.guice;

import org.jspecify.annotations.NullMarked;
