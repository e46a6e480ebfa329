package dev.errand.errors;

import java.time.Duration;

/**
 * How a failure was told.
 *
 * @param by the exception with its reason, or the event and the level of its line
 * @param message its whole text, or the whole line
 * @param everything its text with all causes and traces, in which nothing secret may stand
 * @param after how long it took
 */
record Told(String by, String message, String everything, Duration after) {}
