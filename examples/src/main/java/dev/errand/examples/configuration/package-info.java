/** The samples of docs/configuration.md. */
@NullMarked
package dev.errand.examples.configuration;

import org.jspecify.annotations.NullMarked;
