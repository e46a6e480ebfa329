package dev.errand;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.retry.RetryPolicy;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * A kind of job: a constant shared by those who enqueue and those who run it. Its name is on the
 * wire and never changes; its payload is one class; its home is named, there is no default that two
 * applications could share unawares; by default its policy is {@link RetryPolicy#DEFAULT}.
 * Immutable; each method returns a new task and refuses at once what is out of range.
 *
 * @param <P> the payload
 */
public final class Task<P> {
  private static final int LONGEST_NAME = 200;

  private final String name;
  private final Class<P> payload;
  private final Home<P> home;
  private final RetryPolicy policy;

  private Task(String name, Class<P> payload, Home<P> home, RetryPolicy policy) {
    this.name = name;
    this.payload = payload;
    this.home = home;
    this.policy = policy;
  }

  /**
   * Begins a task. Only its home makes it one.
   *
   * @param name stable, 1 to 200 bytes of UTF-8
   * @throws IllegalArgumentException when the name is too short or too long
   */
  public static <P> Unrouted<P> of(String name, Class<P> payload) {
    int bytes = name.getBytes(UTF_8).length;
    if (bytes < 1 || bytes > LONGEST_NAME) {
      throw new IllegalArgumentException("Task name '" + name + "' has " + bytes
          + " bytes of UTF-8; give it 1 to " + LONGEST_NAME + ".");
    }
    return new Unrouted<>(name, Objects.requireNonNull(payload));
  }

  /**
   * A task that lacks its home.
   *
   * @param <P> the payload
   */
  public static final class Unrouted<P> {
    private final String name;
    private final Class<P> payload;

    private Unrouted(String name, Class<P> payload) {
      this.name = name;
      this.payload = payload;
    }

    /**
     * Its home is this queue, replicated and without priorities.
     *
     * @throws IllegalArgumentException when a queue cannot be named so
     */
    public Task<P> on(String queueName) {
      return on(Queue.named(queueName));
    }

    /**
     * Its home is this queue, whose overflow becomes {@code <queue>.dead}.
     *
     * @throws IllegalArgumentException when it has another overflow
     */
    public Task<P> on(Queue queue) {
      return at(new Home.ToQueue<>(queue));
    }

    /** It goes through this exchange, with this key; each queue bound to it runs its own copy. */
    public Task<P> through(Exchange via, String key) {
      Objects.requireNonNull(key);
      return through(via, payload -> key);
    }

    /**
     * It goes through this exchange, with the key that the payload yields; each queue bound to it
     * runs its own copy.
     *
     * @throws IllegalArgumentException when the exchange matches by headers
     */
    public Task<P> through(Exchange via, Function<? super P, String> keyOf) {
      if (via.type() == Exchange.Type.HEADERS) {
        throw new IllegalArgumentException(
            "Task '" + name + "' cannot go through the HEADERS exchange '" + via.name()
                + "' by a key; give headers.");
      }
      return at(new Home.Through<>(via, keyOf, Map.of()));
    }

    /**
     * It goes through this headers exchange, with these headers.
     *
     * @throws IllegalArgumentException when the exchange matches by key, a header is none that a
     *     message can have, or its name begins with {@code errand-}
     */
    public Task<P> through(Exchange via, Map<String, Object> headers) {
      if (via.type() != Exchange.Type.HEADERS) {
        throw new IllegalArgumentException("Task '" + name + "' cannot go through the " + via.type()
            + " exchange '" + via.name() + "' by headers; give a key.");
      }
      return at(new Home.Through<>(via, payload -> "", headers));
    }

    private Task<P> at(Home<P> home) {
      return new Task<>(name, payload, home, RetryPolicy.DEFAULT);
    }
  }

  /** This task with another policy. */
  public Task<P> retrying(RetryPolicy wanted) {
    return new Task<>(name, payload, home, Objects.requireNonNull(wanted));
  }

  /** What it is called on the wire. */
  public String name() {
    return name;
  }

  /** What a job of it is about. */
  public Class<P> payload() {
    return payload;
  }

  /** Where its jobs go. */
  public Home<P> home() {
    return home;
  }

  /** What follows a failed attempt. */
  public RetryPolicy policy() {
    return policy;
  }

  /** Its name and its home. */
  @Override
  public String toString() {
    return "task '" + name + "' to " + home;
  }
}
