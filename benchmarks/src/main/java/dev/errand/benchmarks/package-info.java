/**
 * Speed of Errand against the raw client, on one server in one run. Enter at
 * {@link dev.errand.benchmarks.EndToEnd}.
 */
@NullMarked
package dev.errand.benchmarks;

import org.jspecify.annotations.NullMarked;
