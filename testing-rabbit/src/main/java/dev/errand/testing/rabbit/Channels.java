package dev.errand.testing.rabbit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The channels of one connection as the client's frames tell of them: which are open, which
 * consume, and which are in the middle of a message, where nothing else may be said on them. Not
 * thread-safe.
 */
final class Channels {
  /** A choice among the open channels. */
  enum Which {
    ALL,
    CONSUMING
  }

  private static final int METHOD = 1;
  private static final int HEADER = 2;
  private static final int BODY = 3;

  private static final int CHANNEL_OPEN = 20 << 16 | 10;
  private static final int CHANNEL_CLOSE = 20 << 16 | 40;
  private static final int CHANNEL_CLOSE_OK = 20 << 16 | 41;
  private static final int BASIC_CONSUME = 60 << 16 | 20;
  private static final int BASIC_PUBLISH = 60 << 16 | 40;

  /** Class and weight, before a header frame's body size. */
  private static final int BODY_SIZE_AT = 4;

  private static final class Channel {
    final int number;
    boolean consuming;
    boolean headerDue;
    long bodyDue;
    boolean struck;

    Channel(int number) {
      this.number = number;
    }

    boolean betweenMessages() {
      return !headerDue && bodyDue == 0;
    }
  }

  private final Map<Integer, Channel> open = new HashMap<>();
  private final List<Channel> waiting = new ArrayList<>();

  /** Takes note of a frame that the client sent. */
  void sent(int type, int number, ByteBuffer payload) {
    Channel channel = open.get(number);
    if (type == METHOD && payload.getInt(0) == CHANNEL_OPEN) {
      open.put(number, new Channel(number));
    } else if (channel != null) {
      switch (type) {
        case METHOD -> called(payload.getInt(0), channel);
        case HEADER -> {
          channel.headerDue = false;
          channel.bodyDue = payload.getLong(BODY_SIZE_AT);
        }
        case BODY -> channel.bodyDue -= payload.limit();
        default -> {} // a heartbeat
      }
    }
  }

  private void called(int method, Channel channel) {
    switch (method) {
      case CHANNEL_CLOSE, CHANNEL_CLOSE_OK -> {
        open.remove(channel.number);
        waiting.remove(channel);
      }
      case BASIC_CONSUME -> channel.consuming = true;
      case BASIC_PUBLISH -> channel.headerDue = true;
      default -> {} // changes nothing that we look at
    }
  }

  /**
   * Strikes the chosen channels, but those struck before, and returns how many those are;
   * {@link #due} names them.
   */
  int strike(Which which) {
    List<Channel> chosen = open.values().stream()
        .filter(channel -> !channel.struck && (which == Which.ALL || channel.consuming))
        .toList();
    chosen.forEach(channel -> channel.struck = true);
    waiting.addAll(chosen);
    return chosen.size();
  }

  /**
   * The numbers of the struck channels that are between two messages by now; each is named once.
   */
  List<Integer> due() {
    if (waiting.isEmpty()) {
      return List.of(); // the usual case, for each frame
    }
    List<Channel> due = waiting.stream().filter(Channel::betweenMessages).toList();
    waiting.removeAll(due);
    return due.stream().map(channel -> channel.number).toList();
  }
}
