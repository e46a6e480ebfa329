package dev.errand.codec;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON by Jackson. Writers and readers are made once per class: nothing is looked up by reflection
 * for a job.
 */
final class JsonCodec implements PayloadCodec {
  static final PayloadCodec INSTANCE = new JsonCodec();

  private static final String NO_CONSTRUCTOR = "It has no constructor that Jackson can use. Make it"
      + " a record, or give it a constructor without arguments.";

  /**
   * Deeper or longer than any sane payload, and far from what ends a thread's stack or the heap.
   */
  private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
      .maxNestingDepth(500)
      .maxNumberLength(1_000)
      .maxNameLength(10_000)
      .maxStringLength(64 * 1024 * 1024)
      .build();

  private static final Mapper MAPPER = (Mapper) new JsonMapper.Builder(
          new Mapper(JsonFactory.builder().streamReadConstraints(LIMITS).build()))
      .addModule(new JavaTimeModule())
      .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
      .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
      // A job that worked on 1 where its sender wrote 1.9 would be wrong and silent.
      .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
      .enable(MapperFeature.BLOCK_UNSAFE_POLYMORPHIC_BASE_TYPES)
      .build();

  private final ConcurrentMap<Class<?>, ObjectWriter> writers = new ConcurrentHashMap<>();
  private final ConcurrentMap<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

  private JsonCodec() {}

  @Override
  public String contentType() {
    return WireFormat.JSON;
  }

  @Override
  public <P> byte[] write(P payload, Class<P> type) {
    try {
      return writers.computeIfAbsent(type, JsonCodec::writerFor).writeValueAsBytes(payload);
    } catch (InvalidDefinitionException fault) {
      if (isOptional(fault.getType())) {
        throw new PayloadException("A payload of " + type.getName()
            + " has an Optional" + path(fault) + ", which is not written. Nothing was sent. Declare"
            + " what it holds, and use null where there is none.");
      }
      throw unwritable(type, describe(fault) + ": " + fault.getOriginalMessage());
    } catch (JsonProcessingException fault) {
      throw unwritable(type, describe(fault));
    } catch (PayloadException oneWay) {
      throw oneWay;
    } catch (RuntimeException | StackOverflowError fault) {
      throw unwritable(type, fault.getClass().getName());
    }
  }

  /** Of a class that can be read again: else each of its jobs would be in vain. */
  private static ObjectWriter writerFor(Class<?> type) {
    if (MAPPER.writesOneWay(type)) {
      throw new PayloadException("A payload of " + type.getName()
          + " could be written but not read again. Nothing was sent. " + NO_CONSTRUCTOR);
    }
    return MAPPER.writerFor(type);
  }

  private static boolean isOptional(@Nullable JavaType type) {
    return type != null && type.getRawClass().getName().startsWith("java.util.Optional");
  }

  @Override
  public <P> P read(byte[] body, Class<P> type) {
    @Nullable P payload;
    try {
      payload = readers.computeIfAbsent(type, MAPPER::readerFor).readValue(body);
    } catch (InvalidDefinitionException fault) {
      throw new IllegalStateException("No body can be read as " + type.getName()
          + ": the class is at fault and not the body. Jackson says: " + describe(fault) + ": "
          + definition(fault) + ". Make the class one that Jackson reads.");
    } catch (MismatchedInputException fault) {
      Class<?> target = fault.getTargetType();
      if (target != null && MAPPER.writesOneWay(target)) {
        throw new IllegalStateException("No body can be read as " + type.getName() + path(fault)
            + ": the class " + target.getName() + " is at fault and not the body. "
            + NO_CONSTRUCTOR);
      }
      throw unreadable(body, type, describe(fault));
    } catch (JacksonException fault) {
      throw unreadable(body, type, describe(fault));
    } catch (IOException | RuntimeException | StackOverflowError fault) {
      throw unreadable(body, type, fault.getClass().getName());
    }
    if (payload == null) {
      throw unreadable(body, type, "it is null");
    }
    return payload;
  }

  private static PayloadException unwritable(Class<?> type, String why) {
    return new PayloadException("A payload of " + type.getName()
        + " cannot be written as JSON. Nothing was sent. Jackson says: " + why
        + ". Make the class one that Jackson writes.");
  }

  private static PayloadException unreadable(byte[] body, Class<?> type, String why) {
    return new PayloadException("A body of " + body.length + " bytes is no JSON of "
        + type.getName() + ". It stays unreadable however often it is tried: " + why
        + ". Let its sender match the class.");
  }

  /** What is wrong with the class; what follows the colon can quote the content. */
  private static String definition(InvalidDefinitionException fault) {
    String message = fault.getOriginalMessage();
    int colon = message.indexOf(": ");
    return colon < 0 ? message : message.substring(0, colon);
  }

  /** Kind and place; Jackson's own message quotes the content. */
  private static String describe(JacksonException fault) {
    StringBuilder text = new StringBuilder(fault.getClass().getSimpleName());
    if (fault instanceof JsonMappingException mapping) {
      Throwable thrown = mapping.getCause();
      if (thrown != null && !(thrown instanceof JacksonException)) {
        text.append(" by ").append(thrown.getClass().getName());
      }
      text.append(path(mapping));
    }
    JsonLocation at = fault.getLocation();
    if (at != null && at.getLineNr() > 0) {
      text.append(" in line ").append(at.getLineNr()).append(", column ").append(at.getColumnNr());
    }
    return text.toString();
  }

  /** Names of fields are the class's own; the keys of a map are content. */
  private static String path(JsonMappingException fault) {
    StringBuilder text = new StringBuilder();
    String before = " at ";
    for (JsonMappingException.Reference step : fault.getPath()) {
      boolean field = step.getFieldName() != null && !(step.getFrom() instanceof Map);
      text.append(before)
          .append(field ? step.getFieldName() : "[" + Math.max(0, step.getIndex()) + "]");
      before = ".";
    }
    return text.toString();
  }
}
