package dev.errand.worker.decide;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a job has behind it.
 *
 * @param age how long ago it was enqueued; null where nobody said
 */
public record History(Counters counters, @Nullable Duration age) {}
