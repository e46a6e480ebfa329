package dev.errand.broker.rabbit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What was published on a channel and is not answered yet: at most a window of it. */
final class ConfirmRing {
  /*
   * The server numbers what is published on a channel: 1, 2, 3, … Message n lies in the slot `n & mask` until it has ended:
   *
   *              put, by its publisher            taken out, by one of four
   *     (slot empty) ------------> UNANSWERED ------------------------------> ENDED (slot empty)
   *
   *     taken out by    on which thread      because                                 told
   *     answered        the client's reader  the server answered, for one number     succeeded; REJECTED; UNROUTABLE where a
   *                                          or for all up to it                     return came before the answer
   *     takeAll         the client's reader  the channel is closed                   OUTCOME_UNKNOWN, or what the server refused
   *     expire          the timer's sweep    no answer came in time                  OUTCOME_UNKNOWN
   *     remove          its publisher        its own write failed                    OUTCOME_UNKNOWN, BEYOND_LIMIT; or nothing was
   *                                                                                  sent, and it goes to the next channel
   *
   * These meet at any moment. Taking out is one compare-and-set from the message to empty, and only who succeeds tells it how it ended: so
   * each ends once, whoever else comes for it. A slot is looked at by its message's number, since another may lie in it by now.
   *
   *     oldest                    last
   *       v                        v
   *     [ n | . | n+2 | . | n+4 | n+5 ]        what is empty between the two has ended
   *
   * `last` is written by publishers alone, one at a time under their channel's lock, and after the slot: so a slot between `oldest` and
   * `last` that is empty has ended, and was not forgotten. RACE 1: a reader that sees the slot and not yet `last` passes over the message;
   * the server cannot have answered it, as it is written after both. A close can: then the write fails, and its publisher takes it out.
   *
   * `oldest` only grows, over slots that are empty, under `this`. Reader and sweep move it; each may find it moved by the other. What they
   * see of it may be old: then they look at slots once more that are empty, or hold a higher number.
   *
   * There is room while `last + 1 - oldest` is less than the window. The window is no larger than the ring, so no message is put onto
   * another. One thread at a time waits for room, or for the end of all: who holds the channel's lock. It leaves a signal, looks again, and
   * only then waits. RACE 2: what left before the signal was there shows in that second look; what leaves after it takes the signal.
   * RACE 3: the signal is taken in one step with reading it; in two, one that another waiter left in between would be thrown away, and that
   * waiter would sleep beside an empty ring.
   *
   * Nothing here blocks, and nothing is allocated for a message.
   */
  private final int window;
  private final AtomicReferenceArray<@Nullable Confirm> slots;
  private final int mask;
  private volatile long oldest = 1;
  private volatile long last;
  private final AtomicReference<@Nullable CompletableFuture<Void>> signal = new AtomicReference<>();

  /**
   * An empty one.
   *
   * @param window how many may be unanswered
   */
  ConfirmRing(int window) {
    this.window = window;
    int capacity = Integer.highestOneBit(Math.max(1, window - 1)) * 2;
    slots = new AtomicReferenceArray<>(capacity);
    mask = capacity - 1;
  }

  // By who holds the channel's lock.

  boolean hasRoom() {
    return last + 1 - oldest < window;
  }

  boolean isEmpty() {
    return oldest > last;
  }

  /** Completes when something has left; whoever asks for it looks again before it waits. */
  CompletableFuture<Void> nextToLeave() {
    CompletableFuture<Void> fresh = new CompletableFuture<>();
    signal.set(fresh);
    return fresh;
  }

  /** Takes the message of the next number, before it is written. There is room for it. */
  void put(Confirm confirm) {
    slots.set(slot(confirm.number()), confirm);
    last = confirm.number();
  }

  /** Takes out what could not be written; false when it has ended otherwise. */
  boolean remove(Confirm confirm) {
    return slots.compareAndSet(slot(confirm.number()), confirm, null);
  }

  // By the reader, the sweep, and who closes.

  /** The message of this number; null when it has ended. */
  @Nullable
  Confirm find(long number) {
    Confirm confirm = slots.get(slot(number));
    return confirm != null && confirm.number() == number ? confirm : null;
  }

  /** Takes out the message of this number, or all up to it, and ends each. */
  void answered(long number, boolean multiple, Consumer<Confirm> end) {
    for (long each = multiple ? oldest : number; each <= number; each++) {
      take(each, end);
    }
    advance();
  }

  /** Takes out all that was sent so long before now, and ends each; whether there was any. */
  boolean expire(long now, long nanos, Consumer<Confirm> end) {
    boolean expired = false;
    for (long each = oldest; each <= last; each++) {
      Confirm waiting = find(each);
      if (waiting != null && now - waiting.sentAt() < nanos) {
        break;
      }
      expired |= take(each, end);
    }
    if (expired) {
      advance();
    }
    return expired;
  }

  /** Takes out all, and ends each. Nothing is put any more, or its publisher takes it out. */
  void takeAll(Consumer<Confirm> end) {
    for (long each = oldest; each <= last; each++) {
      take(each, end);
    }
    advance();
  }

  private boolean take(long number, Consumer<Confirm> end) {
    Confirm confirm = find(number);
    if (confirm == null || !slots.compareAndSet(slot(number), confirm, null)) {
      return false;
    }
    end.accept(confirm);
    return true;
  }

  private synchronized void advance() {
    long first = oldest;
    while (first <= last && slots.get(slot(first)) == null) {
      first++;
    }
    oldest = first;
    wake();
  }

  /** Whoever waits looks again. */
  void wake() {
    CompletableFuture<Void> waiter = signal.get() == null ? null : signal.getAndSet(null);
    if (waiter != null) {
      waiter.complete(null);
    }
  }

  private int slot(long number) {
    return (int) number & mask;
  }
}
