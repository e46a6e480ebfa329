package dev.errand.testing.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void next_ofTwoThatChooseSideBySide_neverTheSame() {
    Ports one = new Ports();
    Ports other = new Ports();

    // More than a block holds.
    List<Integer> chosen = Stream.generate(() -> Stream.of(one.next(), other.next()))
        .limit(120)
        .flatMap(each -> each)
        .toList();

    assertThat(chosen).doesNotHaveDuplicates();
  }
}
