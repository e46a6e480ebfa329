package dev.errand;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.Exchange;
import dev.errand.broker.Queue;
import dev.errand.codec.PayloadCodec;
import dev.errand.retry.RetryPolicy;
import dev.errand.time.DurationText;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kind of job: a constant shared by those who enqueue and those who run it. Its name is on the
 * wire and never changes; its payload is one class; its home is named, there is no default that two
 * applications could share unawares; by default its policy is {@link RetryPolicy#DEFAULT}, and it
 * has no time-out. Immutable; each method returns a new task and refuses at once what is out of
 * range.
 *
 * @param <P> the payload
 */
public final class Task<P> {
  /** The longest time-out: a job is over by then, or will never be. */
  public static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

  private static final int LONGEST_NAME = 200;

  private final String name;
  private final Class<P> payload;
  private final Home<P> home;
  private final Terms<P> terms;

  private Task(String name, Class<P> payload, Home<P> home, Terms<P> terms) {
    this.name = name;
    this.payload = payload;
    this.home = home;
    this.terms = terms;
  }

  /**
   * Begins a task. Only its home makes it one.
   *
   * @param name stable, 1 to 200 bytes of UTF-8
   * @throws IllegalArgumentException when the name is too short or too long
   */
  public static <P> Unrouted<P> of(String name, Class<P> payload) {
    return new Unrouted<>(checkedName(name), Objects.requireNonNull(payload));
  }

  private static String checkedName(String name) {
    int bytes = name.getBytes(UTF_8).length;
    if (bytes < 1 || bytes > LONGEST_NAME) {
      throw new IllegalArgumentException("Task name with " + bytes + " bytes of UTF-8 is refused: '"
          + (bytes > LONGEST_NAME ? name.substring(0, 20) + "…" : name) + "'. Give it 1 to "
          + LONGEST_NAME + " bytes.");
    }
    return name;
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
     * @throws IllegalArgumentException when a queue cannot be named so, or the name ends in
     *     {@code .dead} or {@code .returned}, as those of queues for dead letters and of lanes do
     */
    public Task<P> on(String queueName) {
      return on(Queue.named(queueName));
    }

    /**
     * Its home is this queue, whose overflow becomes {@code <queue>.dead}.
     *
     * @throws IllegalArgumentException when it has another overflow, or its name ends in
     *     {@code .dead} or {@code .returned}
     */
    public Task<P> on(Queue queue) {
      return at(new Home.ToQueue<>(queue));
    }

    /**
     * It goes through this fanout exchange, which gives a copy to each queue that is bound to it.
     *
     * @throws IllegalArgumentException when the exchange looks at keys or headers
     */
    public Task<P> through(Exchange via) {
      if (via.type() != Exchange.Type.FANOUT) {
        throw refused(via, "as if it were a FANOUT");
      }
      return through(via, "");
    }

    /**
     * It goes through this exchange, with this key; each queue bound to it runs its own copy.
     *
     * @throws IllegalArgumentException when the exchange matches by headers
     */
    public Task<P> through(Exchange via, String key) {
      Objects.requireNonNull(key);
      return through(via, payload -> key);
    }

    /**
     * It goes through this exchange, with the key that the payload yields; each queue bound to it
     * runs its own copy.
     *
     * @param keyOf called once per job on the thread that enqueues it; never gives null
     * @throws IllegalArgumentException when the exchange matches by headers
     */
    public Task<P> through(Exchange via, Function<? super P, String> keyOf) {
      Objects.requireNonNull(keyOf);
      if (via.type() == Exchange.Type.HEADERS) {
        throw refused(via, "by a key");
      }
      return at(new Home.Through<>(via, keyOf, payload -> Map.of()));
    }

    /**
     * It goes through this headers exchange, with these headers.
     *
     * @throws IllegalArgumentException when the exchange matches by key, a header is none that a
     *     message can have, or its name begins with {@code errand-}
     */
    public Task<P> throughHeaders(Exchange via, Map<String, Object> headers) {
      Map<String, Object> copy = Home.Through.checked(headers);
      return byHeaders(via, payload -> copy);
    }

    /**
     * It goes through this headers exchange, with the headers that the payload yields; each queue
     * bound to it runs its own copy. They replace those of the same name in the options.
     *
     * @param headersOf called once per job on the thread that enqueues it; never gives null, nor a
     *     header that is none that a message can have or whose name begins with {@code errand-}
     * @throws IllegalArgumentException when the exchange matches by key
     */
    public Task<P> throughHeaders(
        Exchange via, Function<? super P, ? extends Map<String, Object>> headersOf) {
      Objects.requireNonNull(headersOf);
      return byHeaders(via, payload -> Home.Through.checked(given(via, headersOf.apply(payload))));
    }

    /** As with the key, the caller's function may give null against its type. */
    private Map<String, Object> given(Exchange via, @Nullable Map<String, Object> headers) {
      if (headers == null) {
        throw new IllegalArgumentException(
            "The header function of the task '" + name
                + "' to exchange '" + via.name()
                + "' gave null for a payload. Nothing was sent. Let it give headers for every payload.");
      }
      return headers;
    }

    /** By headers that are checked already. */
    private Task<P> byHeaders(Exchange via, Function<? super P, Map<String, Object>> headersOf) {
      if (via.type() != Exchange.Type.HEADERS) {
        throw refused(via, "by headers");
      }
      return at(new Home.Through<>(via, payload -> "", headersOf));
    }

    private IllegalArgumentException refused(Exchange via, String how) {
      return new IllegalArgumentException("Task '" + name + "' cannot go through the " + via.type()
          + " exchange '" + via.name() + "' " + how + ". Give " + needs(via) + ".");
    }

    private static String needs(Exchange via) {
      return via.type() == Exchange.Type.HEADERS ? "headers, by throughHeaders" : "a key";
    }

    private Task<P> at(Home<P> home) {
      return new Task<>(name, payload, home, Terms.usual());
    }
  }

  /**
   * This task with another policy.
   *
   * @throws IllegalArgumentException when it must never run twice and the policy has more than one
   *     attempt
   */
  public Task<P> retrying(RetryPolicy wanted) {
    Objects.requireNonNull(wanted);
    if (terms.atMostOnce()) {
      checkOneAttempt(wanted);
    }
    return new Task<>(name, payload, home, terms.retrying(wanted));
  }

  /**
   * This task, no job of which ever begins twice: for what must not be repeated, such as a payment.
   * A job that was begun, or may have been, and did not end well is not run again but
   * dead-lettered: as "may have run" where its worker or its connection was lost, a shutdown
   * interrupted it or its handler put it off, with its error where it failed. Whether to run it
   * once more is then for people to say, by a redrive. Its policy is {@link RetryPolicy#never()}.
   * As all jobs, it is acknowledged when its handler has returned. Where the answer to a copy is
   * lost, a worker that gives it back makes a second one, which is dead then as "may have run".
   *
   * @throws IllegalArgumentException when its policy was said, and has more than one attempt for
   *     any exception
   */
  public Task<P> atMostOnce() {
    if (!terms.policy().equals(RetryPolicy.DEFAULT)) {
      checkOneAttempt(terms.policy());
    }
    return new Task<>(name, payload, home, terms.once());
  }

  private void checkOneAttempt(RetryPolicy wanted) {
    if (wanted.mostAttempts() > 1) {
      throw new IllegalArgumentException("The " + this + " cannot run at most once and have "
          + wanted.mostAttempts() + " attempts. Leave one of atMostOnce and retrying out.");
    }
  }

  /**
   * This task, which was called so before: a worker takes the jobs that are still of these names,
   * and runs them by the same handler. Whoever enqueues writes the name alone.
   *
   * @throws IllegalArgumentException when there is none, one is too short or too long, the task's
   *     own, or given twice
   */
  public Task<P> alias(String... formerNames) {
    if (formerNames.length == 0) {
      throw new IllegalArgumentException(
          "The " + this + " has no alias without a name. Give one or more.");
    }
    Set<String> all = new LinkedHashSet<>(terms.past().names());
    for (String former : formerNames) {
      if (checkedName(former).equals(name) || !all.add(former)) {
        throw new IllegalArgumentException(
            "The " + this + " is called '" + former + "' already. Leave that alias out.");
      }
    }
    return new Task<>(name, payload, home, terms.after(terms.past().called(all)));
  }

  /**
   * This task with payloads of this version, which whoever enqueues writes beside each job; 1
   * unless said. Jobs of an earlier version, as far back as the up-casters begin, are brought up to
   * it before their handler runs; an older one is unreadable. A job of a later version waits for a
   * worker that knows it.
   *
   * @param number one more than the last version of which a payload was sent
   * @param earlier what earlier versions were, without a gap up to this one
   * @throws IllegalArgumentException when the up-casters end before this version, or beyond it
   */
  public Task<P> version(int number, Upcasters<P> earlier) {
    if (earlier.latest() != number) {
      throw new IllegalArgumentException("The " + this + " cannot have payload version " + number
          + ". Its up-casters lead from version " + earlier.oldest() + " to " + earlier.latest()
          + ". Give one for each version up to " + number + ", or the version they lead to.");
    }
    return new Task<>(name, payload, home, terms.after(terms.past().upcast(earlier)));
  }

  /**
   * This task with a time-out: how long one attempt may run, from when its handler begins; none
   * unless said. When it is over the handler is interrupted and the attempt has failed, with a
   * {@link TimedOutException}, whatever the handler does then. Noticed within a quarter of a
   * second. A handler that ignores its interrupt for 5 seconds goes on in a thread that is given
   * up, while its job is settled: the next attempt, where its policy has one, may then run beside
   * it.
   *
   * @throws IllegalArgumentException when not above zero, or longer than a year
   */
  public Task<P> timeout(Duration longest) {
    if (longest.isNegative() || longest.isZero() || longest.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException("The time-out of task '" + name + "' cannot be "
          + DurationText.of(longest)
          + ". Give more than zero and at most 365 days, or leave it out for none.");
    }
    return new Task<>(name, payload, home, terms.within(longest));
  }

  /** As {@link #from(Queue)}: a replicated queue without priorities. */
  public Source<P> from(String queueName) {
    return from(Queue.named(queueName));
  }

  /**
   * Where a worker takes this task's jobs from: this queue, which gets its own copy of each job
   * that its bindings let in. Where the exchange is a fanout that is every job; where not, say
   * which by {@link Source#boundBy(String...)}.
   *
   * @throws IllegalArgumentException when the task has a home queue, a queue cannot be named so,
   *     its name ends in {@code .dead} or {@code .returned}, or it has an overflow other than
   *     {@code <queue>.dead}
   */
  public Source<P> from(Queue queue) {
    return Source.of(this, queue);
  }

  /**
   * Where a worker takes this task's jobs from: its home queue.
   *
   * @throws IllegalArgumentException when the task goes through an exchange
   */
  public Source<P> fromHome() {
    return Source.home(this);
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

  /** Whether no job of it ever begins twice. */
  public boolean isAtMostOnce() {
    return terms.atMostOnce();
  }

  /** What follows a failed attempt. */
  public RetryPolicy policy() {
    return terms.policy();
  }

  /** What its jobs were called before, the oldest alias first; unmodifiable. */
  public Set<String> aliases() {
    return terms.past().names();
  }

  /** The version of the payloads that are sent, from 1. */
  public int version() {
    return terms.past().version();
  }

  /**
   * The payload of a job, brought up to today's version.
   *
   * @param version of the payload, at most {@link #version()}
   * @throws dev.errand.codec.PayloadException when the bytes are no payload of that version, or it
   *     is older than what the up-casters begin with
   * @throws IllegalArgumentException when the version is above the task's own
   */
  public P read(PayloadCodec codec, int version, byte[] body) {
    return terms.past().read(this, codec, version, body);
  }

  /** How long one attempt may run; empty for as long as it likes. */
  public Optional<Duration> timeout() {
    return terms.timeout();
  }

  /** Its name and its home. */
  @Override
  public String toString() {
    return "task '" + name + "' to " + home;
  }
}
