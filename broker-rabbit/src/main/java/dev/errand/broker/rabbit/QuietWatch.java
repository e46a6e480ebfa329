package dev.errand.broker.rabbit;

import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Looks each minute whether a channel has brought anything, for as long as the channel lives.
 *
 * <p>For a server that {@linkplain ServerParts#forgetsConsumers forgets a consumer}: it goes on to
 * fill that one's prefetch, which then lies there, and nothing shows it but that nothing comes.
 * When the channel is closed the server gives all back. So one that is quiet for so long is to be
 * renewed, with cause or without.
 */
final class QuietWatch {
  /** For how long a channel may bring nothing. */
  static final Duration LONGEST = Duration.ofMinutes(1);

  private final Settler settler;
  private final BiConsumer<Duration, Runnable> after;
  private final Runnable quiet;
  private long seen;

  /**
   * Of one channel.
   *
   * @param settler has what the channel brought
   * @param after runs something later, always on the same thread
   * @param quiet is run when the channel brought nothing, and nothing of it is in hand
   */
  QuietWatch(Settler settler, BiConsumer<Duration, Runnable> after, Runnable quiet) {
    this.settler = settler;
    this.after = after;
    this.quiet = quiet;
  }

  /** Begins; it ends with the channel. */
  void begin() {
    seen = settler.lastTag();
    after.accept(LONGEST, this::look);
  }

  private void look() {
    if (settler.isOver()) {
      return;
    }
    if (settler.lastTag() == seen && settler.isEmpty()) {
      quiet.run();
    }
    begin();
  }
}
