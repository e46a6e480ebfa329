package dev.errand.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;

/** Jackson's mapper, which can be asked about a class before any value is there. */
final class Mapper extends JsonMapper {
  private static final long serialVersionUID = 1L;

  Mapper(JsonFactory factory) {
    super(factory);
  }

  /**
   * Whether values of the class are written as what none can be read from, for want of a
   * constructor. False where Jackson does not know: of a class whose subclass the content chooses,
   * or that is written in a way of its own.
   */
  boolean writesOneWay(Class<?> type) {
    try {
      if (!(getSerializerProviderInstance().findValueSerializer(type)
          instanceof BeanSerializerBase)) {
        return false;
      }
      JsonDeserializer<?> reader = createDeserializationContext(null, getDeserializationConfig())
          .findRootValueDeserializer(constructType(type));
      return reader instanceof BeanDeserializerBase bean && !makes(bean.getValueInstantiator());
    } catch (JsonMappingException unknown) {
      return false;
    }
  }

  private static boolean makes(ValueInstantiator creators) {
    return creators.canCreateUsingDefault()
        || creators.canCreateFromObjectWith()
        || creators.canCreateUsingDelegate()
        || creators.canCreateUsingArrayDelegate();
  }
}
