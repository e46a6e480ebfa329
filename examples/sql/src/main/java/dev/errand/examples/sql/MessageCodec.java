package dev.errand.examples.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.Binding;
import dev.errand.broker.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All of a message but its body, and the match of a binding, as bytes. */
final class MessageCodec {
  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private MessageCodec() {}

  static byte[] encode(Message message) {
    return bytes(out -> {
      write(out, message.id());
      writeOptional(out, message.type());
      writeOptional(out, message.contentType());
      writeOptional(out, message.timestamp());
      write(out, message.priority());
      writeOptional(out, message.correlationId());
      writeOptional(out, message.replyTo());
      writeOptional(out, message.appId());
      writeHeaders(out, message.headers());
    });
  }

  /**
   * What was not written by {@link #encode} is a message of its body alone.
   *
   * @param reason why the broker moved it since; null where it did not
   */
  static Message decode(byte[] properties, byte[] body, @Nullable String reason) {
    Message.Builder message;
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(properties))) {
      message = Message.of((String) read(in), body)
          .type((String) readOptional(in))
          .contentType((String) readOptional(in))
          .timestamp((Instant) readOptional(in))
          .priority((Integer) read(in))
          .correlationId((String) readOptional(in))
          .replyTo((String) readOptional(in))
          .appId((String) readOptional(in))
          .headers(readHeaders(in));
    } catch (IOException | RuntimeException foreign) {
      message = Message.of("", body);
    }
    return (reason == null ? message : message.header(Message.BROKER_REASON, reason)).build();
  }

  static byte[] encode(Binding.Match match) {
    return bytes(out -> {
      if (match instanceof Binding.Key key) {
        out.writeByte('k');
        write(out, key.pattern());
      } else if (match instanceof Binding.AllOf all) {
        out.writeByte('a');
        writeHeaders(out, all.headers());
      } else if (match instanceof Binding.AnyOf any) {
        out.writeByte('o');
        writeHeaders(out, any.headers());
      }
    });
  }

  static Binding.Match decode(byte[] match) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(match))) {
      return switch (in.readByte()) {
        case 'k' -> new Binding.Key((String) read(in));
        case 'a' -> new Binding.AllOf(readHeaders(in));
        default -> new Binding.AnyOf(readHeaders(in));
      };
    } catch (IOException foreign) {
      throw new UncheckedIOException("A binding's match is none of ours.", foreign);
    }
  }

  private static byte[] bytes(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writing.to(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void writeHeaders(DataOutputStream out, Map<String, Object> headers)
      throws IOException {
    out.writeInt(headers.size());
    for (Map.Entry<String, Object> header : headers.entrySet()) {
      write(out, header.getKey());
      write(out, header.getValue());
    }
  }

  private static Map<String, Object> readHeaders(DataInputStream in) throws IOException {
    Map<String, Object> headers = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      headers.put((String) read(in), read(in));
    }
    return headers;
  }

  private static void writeOptional(DataOutputStream out, @Nullable Object value)
      throws IOException {
    out.writeBoolean(value != null);
    if (value != null) {
      write(out, value);
    }
  }

  private static @Nullable Object readOptional(DataInputStream in) throws IOException {
    return in.readBoolean() ? read(in) : null;
  }

  private static void write(DataOutputStream out, Object value) throws IOException {
    if (value instanceof String text) {
      out.writeByte('s');
      writeBytes(out, text.getBytes(UTF_8));
    } else if (value instanceof Integer number) {
      out.writeByte('i');
      out.writeInt(number);
    } else if (value instanceof Long number) {
      out.writeByte('l');
      out.writeLong(number);
    } else if (value instanceof Double number) {
      out.writeByte('d');
      out.writeDouble(number);
    } else if (value instanceof Boolean flag) {
      out.writeByte('f');
      out.writeBoolean(flag);
    } else if (value instanceof Instant instant) {
      out.writeByte('t');
      out.writeLong(instant.getEpochSecond());
    } else if (value instanceof byte[] octets) {
      out.writeByte('b');
      writeBytes(out, octets);
    } else if (value instanceof List<?> list) {
      out.writeByte('v');
      out.writeInt(list.size());
      for (Object element : list) {
        write(out, element);
      }
    } else {
      throw new IllegalArgumentException("A " + value.getClass() + " is no header's value.");
    }
  }

  private static Object read(DataInputStream in) throws IOException {
    byte type = in.readByte();
    return switch (type) {
      case 's' -> new String(in.readNBytes(in.readInt()), UTF_8);
      case 'i' -> in.readInt();
      case 'l' -> in.readLong();
      case 'd' -> in.readDouble();
      case 'f' -> in.readBoolean();
      case 't' -> Instant.ofEpochSecond(in.readLong());
      case 'b' -> in.readNBytes(in.readInt());
      case 'v' -> readList(in);
      default -> throw new IOException("There is no type of value " + type + ".");
    };
  }

  private static List<Object> readList(DataInputStream in) throws IOException {
    List<Object> list = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      list.add(read(in));
    }
    return list;
  }

  private static void writeBytes(DataOutputStream out, byte[] octets) throws IOException {
    out.writeInt(octets.length);
    out.write(octets);
  }
}
