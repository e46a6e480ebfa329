package dev.errand.worker;

import dev.errand.codec.PayloadCodec;
import java.time.Duration;

/** How a worker works. */
record Settings(
    String name,
    int concurrency,
    int prefetch,
    Duration gracePeriod,
    Duration deployPeriod,
    boolean stopOnShutdown,
    PayloadCodec codec,
    Duration silence) {}
