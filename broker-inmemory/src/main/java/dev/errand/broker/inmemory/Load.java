package dev.errand.broker.inmemory;

import dev.errand.broker.Message;
import org.jspecify.annotations.Nullable;

/** How much is held: messages, and bytes of their bodies. Guarded by the server's lock. */
final class Load {
  private final @Nullable Load whole;
  private long messages;
  private long bytes;

  private Load(@Nullable Load whole) {
    this.whole = whole;
  }

  /** Nothing yet, in all. */
  static Load ofAll() {
    return new Load(null);
  }

  /** Nothing yet, of a part that is counted here too. */
  Load part() {
    return new Load(this);
  }

  long messages() {
    return messages;
  }

  long bytes() {
    return bytes;
  }

  void add(Message message) {
    change(1, message.body().length);
  }

  void remove(Message message) {
    change(-1, -message.body().length);
  }

  /** Nothing of it is held any more. */
  void clear() {
    change(-messages, -bytes);
  }

  private void change(long moreMessages, long moreBytes) {
    messages += moreMessages;
    bytes += moreBytes;
    if (whole != null) {
      whole.change(moreMessages, moreBytes);
    }
  }
}
