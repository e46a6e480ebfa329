package dev.errand.broker.tck;

import dev.errand.broker.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a broker makes of a message that it delivers. */
final class FaultyMessages {
  private FaultyMessages() {}

  static Message delivered(Message message, Fault fault) {
    return switch (fault) {
      case HEADERS_LOST -> message.copy().headers(Map.of()).build();
      case LISTS_REVERSED -> {
        Map<String, Object> headers = new LinkedHashMap<>(message.headers());
        headers.replaceAll((name, value) -> value instanceof List<?> list ? reversed(list) : value);
        yield message.copy().headers(headers).build();
      }
      case REASON_FORGOTTEN ->
        message.copy().header(Message.BROKER_REASON, null).build();
      case ASCII_ONLY -> message.copy().type(ascii("" + message.type())).build();
      case EMPTY_BODY_FILLED ->
        message.body().length > 0 ? message : withBody(message, new byte[1]);
      case CONTENT_TYPE_LOST -> message.copy().contentType(null).build();
      default -> message;
    };
  }

  private static List<?> reversed(List<?> list) {
    List<?> reversed = new ArrayList<>(list);
    Collections.reverse(reversed);
    return reversed;
  }

  private static String ascii(String text) {
    return text.replaceAll("[^\\x00-\\x7f]", "?");
  }

  private static Message withBody(Message message, byte[] body) {
    return Message.of(message.id(), body).headers(message.headers()).build();
  }
}
