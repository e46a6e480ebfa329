package dev.errand.worker;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param reason a sentence for people
 * @param error what was thrown; null where nothing was
 */
record Failure(String reason, @Nullable Throwable error) {}
