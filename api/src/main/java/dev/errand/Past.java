package dev.errand;

import dev.errand.codec.PayloadCodec;
import dev.errand.codec.PayloadException;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a task was before: the names and the payloads that its jobs may still have. Immutable.
 *
 * @param names former ones, in the order given
 * @param upcasters null while there is but one version
 */
record Past<P>(Set<String> names, @Nullable Upcasters<P> upcasters) {
  private static final int FIRST_VERSION = 1;

  static <P> Past<P> none() {
    return new Past<>(Set.of(), null);
  }

  Past<P> called(Set<String> formerly) {
    return new Past<>(Collections.unmodifiableSet(formerly), upcasters);
  }

  Past<P> upcast(Upcasters<P> earlier) {
    return new Past<>(names, earlier);
  }

  /** Today's. */
  int version() {
    return upcasters == null ? FIRST_VERSION : upcasters.latest();
  }

  private int oldest() {
    return upcasters == null ? FIRST_VERSION : upcasters.oldest();
  }

  P read(Task<P> task, PayloadCodec codec, int version, byte[] body) {
    if (version > version()) {
      throw new IllegalArgumentException("Payload version " + version + " of the " + task
          + " is beyond " + version() + ", the latest known here. Let a newer worker take it.");
    }
    if (version < oldest()) {
      throw new PayloadException("Its payload is version " + version + ", and the " + task
          + " reads " + oldest() + " to " + version() + ". Give it an up-caster from " + version
          + ", and redrive it.");
    }
    return upcasters == null || version == upcasters.latest()
        ? codec.read(body, task.payload())
        : upcasters.read(codec, version, body, task.payload());
  }
}
