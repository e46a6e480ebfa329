/** Tests of the worker, on the in-memory broker. */
@NullMarked
package dev.errand.worker;

import org.jspecify.annotations.NullMarked;
