package dev.errand.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
  private static final Setting<Integer> SIZE =
      Setting.number("size", "bytes", 1, 9).defaultsTo(3, "few");
  private static final Setting<String> NAME = Setting.text("name");

  private static Parameters of(String address) {
    return Parameters.of(address, "test address", List.of(SIZE, NAME));
  }

  @Test
  void find_whatIsGivenAndWhatIsNot() {
    Parameters parameters = of("test:x?name=a%26b+c");

    assertThat(parameters.get(NAME)).isEqualTo("a&b+c");
    assertThat(parameters.get(SIZE)).isEqualTo(3);
    assertThat(of("test:x?").find(NAME)).isEmpty();
    assertThat(of("test:x?size=4").get(SIZE)).isEqualTo(4);
  }

  @Test
  void of_manyFaults_namesThemAll() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("test:x?size=0&colour=red&name=a&name=b&name=%"))
        .withMessage(
            "The test address's parameters are refused. Parameter size=0 is refused. Give a number"
                + " from 1 to 9. Parameter 'colour' is unknown. Give one of name, size. Parameter name is"
                + " given twice. Give it once. Parameter name is not well percent-encoded. Write a"
                + " percent sign as %25.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"test:x?size=4&", "test:x?&size=4", "test:x?size=4&&name=a"})
  void of_anAmpersandTooMany_saysSo(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(address))
        .withMessage(
            "The test address's parameters are refused. Parameter '' has no name: an '&' is too many."
                + " Leave it out.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "test:x?open sesame",
        "test:x?sesame@host",
        "test:x?sesame=1@host",
        "test:x?size=1&sesame@host"
      })
  void of_whatMayBePartOfAPassword_isNotShown(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(address))
        .withMessageContaining("not shown")
        .withMessageNotContaining("sesame");
  }

  @Test
  void append_isReadAgain() {
    String address = Parameters.append("test:x?size=4", Map.of("name", "a&b=c d/ü?"));

    assertThat(of(address).get(NAME)).isEqualTo("a&b=c d/ü?");
    assertThat(of(address).get(SIZE)).isEqualTo(4);
    assertThat(Parameters.namesIn(address)).containsExactly("size", "name");
    assertThat(Parameters.append("test:x", Map.of("size", "1"))).isEqualTo("test:x?size=1");
    assertThat(Parameters.append("test:x?", Map.of("size", "1"))).isEqualTo("test:x?size=1");
    assertThat(Parameters.append("test:x", Map.of())).isEqualTo("test:x");
    assertThat(Parameters.cutFrom(address)).isEqualTo("test:x");
  }
}
