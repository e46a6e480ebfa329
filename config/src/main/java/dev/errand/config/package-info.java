/**
 * Settings of a broker, a client and a worker from code, a properties file and the environment.
 * Enter at {@link dev.errand.config.Configuration}. All types but the builder are immutable values.
 */
@NullMarked
package dev.errand.config;

import org.jspecify.annotations.NullMarked;
