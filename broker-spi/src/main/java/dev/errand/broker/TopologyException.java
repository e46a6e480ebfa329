package dev.errand.broker;

import org.jspecify.annotations.Nullable;

/**
 * A queue, exchange or binding that is missing, different, forbidden, or more than the server can
 * do.
 */
public final class TopologyException extends BrokerException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** It does not exist. */
    MISSING,
    /** It exists with other arguments. */
    DIFFERENT,
    /** The server does not allow it to this user. */
    FORBIDDEN,
    /** The connected server cannot do it. */
    UNSUPPORTED
  }

  private final Reason reason;
  private final String part;
  private final String problem;
  private final String remedy;

  /**
   * For a part of the topology. The text is the problem and the remedy.
   *
   * @param part its kind and name, such as {@code queue 'documents'}
   * @param problem one or more sentences that say what is wrong with the part, with the values, and
   *     what follows; without the last full stop
   * @param remedy a sentence that says what to do about it, without a full stop
   * @param cause null where nothing was thrown
   */
  public TopologyException(
      Reason reason, String part, String problem, String remedy, @Nullable Throwable cause) {
    super(problem + ". " + remedy + ".", cause);
    this.reason = reason;
    this.part = part;
    this.problem = problem;
    this.remedy = remedy;
  }

  private TopologyException(TopologyException other) {
    super("" + other.getMessage(), other.getCause());
    this.reason = other.reason;
    this.part = other.part;
    this.problem = other.problem;
    this.remedy = other.remedy;
  }

  /** That somebody declared a part with another value of an argument. */
  public static TopologyException different(
      String part,
      String argument,
      @Nullable Object wanted,
      @Nullable Object found,
      @Nullable Throwable cause) {
    return new TopologyException(
        Reason.DIFFERENT,
        part,
        sentence(part) + " stands on the broker with another '" + argument + "'. Wanted is "
            + wanted + ", found is " + found + ". It is left as it is",
        "Declare it with what it has, or take another name, or delete it once it is empty",
        cause);
  }

  private static String sentence(String part) {
    return Character.toUpperCase(part.charAt(0)) + part.substring(1);
  }

  /**
   * That a part, or what it needs, was never declared.
   *
   * @param what was not, such as {@code queue 'documents.dead'}
   */
  public static TopologyException missing(String part, String what) {
    return new TopologyException(
        Reason.MISSING,
        part,
        sentence(what) + " was not declared",
        "Declare it before, or in the same call",
        null);
  }

  /** That a queue is looked for that is not on the broker. */
  public static TopologyException notFound(String queue, @Nullable Throwable cause) {
    return new TopologyException(
        Reason.MISSING,
        "queue '" + queue + "'",
        "There is no queue '" + queue + "' on the broker",
        "See whether its name and the address are right: its first sender or worker makes it, and"
            + " the one for its dead letters with it",
        cause);
  }

  /**
   * That a part is not on the server, and the address has it checked only.
   *
   * @param cause null where nothing was thrown
   */
  public static TopologyException notMade(String part, @Nullable Throwable cause) {
    return new TopologyException(
        Reason.MISSING,
        part,
        "There is no " + part
            + " on the server, and the address says declare=check, so it was not made",
        "Have it made by whoever owns it, or leave declare=check out",
        cause);
  }

  /** That a queue with more priority levels is wanted than the broker has. */
  public static TopologyException tooManyPriorities(Queue wanted, int most) {
    return unsupported(
        wanted,
        "have " + wanted.priorities() + " priority levels: the broker has "
            + (most == 0 ? "none" : most),
        most == 0
            ? "Declare it with 0 levels, and give what is urgent a queue of its own"
            : "Declare it with at most " + most + " levels");
  }

  /** That a queue's messages are to survive more than the broker can have them survive. */
  public static TopologyException tooDurable(Queue wanted, Queue.Durability most) {
    return unsupported(
        wanted,
        "be " + wanted.durability() + ": what the broker keeps is " + most + " at most",
        "Declare it as " + most + ", or take a broker that keeps more");
  }

  private static TopologyException unsupported(Queue wanted, String what, String remedy) {
    return new TopologyException(
        Reason.UNSUPPORTED,
        "queue '" + wanted.name() + "'",
        "Queue '" + wanted.name() + "' cannot " + what + ". It was not declared",
        remedy,
        null);
  }

  /**
   * The same with the stack of the caller: for who waited for this answer, which was made on a
   * thread that knows nothing of them.
   */
  public TopologyException here() {
    return new TopologyException(this);
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Which part, such as {@code queue 'documents'}. */
  public String part() {
    return part;
  }

  /** What is wrong and what follows: the message without the remedy, and without a full stop. */
  public String problem() {
    return problem;
  }

  /** What to do about it: a sentence without a full stop. */
  public String remedy() {
    return remedy;
  }
}
