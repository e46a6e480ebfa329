package dev.errand;

import dev.errand.codec.PayloadCodec;
import dev.errand.codec.PayloadException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How payloads of earlier versions become one of today's: each version has a class of its own,
 * which a body is read as, and a function to the next. The compiler sees that each link fits to the
 * next; that none is missing up to the task's version, {@link Task#version} sees. Immutable.
 *
 * @param <P> the payload that the last function gives
 */
public final class Upcasters<P> {
  private final int oldest;
  private final List<Step<?>> steps;

  private Upcasters(int oldest, List<Step<?>> steps) {
    this.oldest = oldest;
    this.steps = steps;
  }

  /** What one version was, and how it becomes the next. */
  private record Step<O>(Class<O> payload, Function<? super O, ?> toNext) {}

  /**
   * Begins with the oldest version that is still read.
   *
   * @param version its number; that of a task which never said one is 1
   * @param payload what a payload of it was
   * @param toNext gives one of the version that follows, never null; called for each job by several
   *     threads at once. What it throws fails the attempt
   * @throws IllegalArgumentException when the version is less than 1
   */
  public static <O, N> Upcasters<N> from(
      int version, Class<O> payload, Function<? super O, ? extends N> toNext) {
    if (version < 1) {
      throw new IllegalArgumentException(
          "A payload's version cannot be " + version + ". The first is 1.");
    }
    return new Upcasters<>(version, List.of(step(payload, toNext)));
  }

  /** These, and the function from the version that the last one gives to the one after it. */
  public <N> Upcasters<N> then(Class<P> payload, Function<? super P, ? extends N> toNext) {
    List<Step<?>> longer = new ArrayList<>(steps);
    longer.add(step(payload, toNext));
    return new Upcasters<>(oldest, List.copyOf(longer));
  }

  private static <O> Step<O> step(Class<O> payload, Function<? super O, ?> toNext) {
    return new Step<>(Objects.requireNonNull(payload), Objects.requireNonNull(toNext));
  }

  int oldest() {
    return oldest;
  }

  /** The version of what the last function gives. */
  int latest() {
    return oldest + steps.size();
  }

  /**
   * Reads a body of one of these versions and brings it up to the latest, as a payload of this
   * class.
   *
   * @throws PayloadException as {@link PayloadCodec#read}
   */
  P read(PayloadCodec codec, int version, byte[] body, Class<P> latest) {
    int first = version - oldest;
    Object payload = codec.read(body, steps.get(first).payload());
    for (int i = first; i < steps.size(); i++) {
      payload = next(steps.get(i), payload, oldest + i);
    }
    return latest.cast(payload);
  }

  private static <O> Object next(Step<O> step, Object payload, int version) {
    // A function of the application's: its null is not ruled out by its type.
    @Nullable Object next = step.toNext().apply(step.payload().cast(payload));
    if (next == null) {
      throw new IllegalStateException("The up-caster of " + step.payload().getName() + ", version "
          + version + ", gave null. Let it give a payload of version " + (version + 1) + ".");
    }
    return next;
  }
}
