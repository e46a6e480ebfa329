/**
 * Typed tasks and how they are enqueued. Enter at {@link dev.errand.Task}, a constant that sender
 * and worker share, and {@link dev.errand.TaskClient}. All types are immutable or thread-safe.
 */
@NullMarked
package dev.errand;

import org.jspecify.annotations.NullMarked;
