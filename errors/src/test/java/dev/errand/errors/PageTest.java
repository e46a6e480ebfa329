package dev.errand.errors;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What no chapter sees alone: the page as a whole. */
final class PageTest {
  private static final int FEWEST = 45;

  @Test
  void page_hasItsChaptersInOrder() throws IOException {
    assertThat(Page.read().titles()).isEqualTo(Page.CHAPTERS);
  }

  @Test
  void messages_areAllDifferent() throws IOException {
    List<String> messages = Page.read().messages();
    Map<String, Long> counts = messages.stream().collect(groupingBy(each -> each, counting()));

    assertThat(messages).hasSizeGreaterThanOrEqualTo(FEWEST);
    assertThat(counts.entrySet()).filteredOn(each -> each.getValue() > 1).isEmpty();
  }

  @Test
  void headings_areAllDifferent() throws IOException {
    // They are links too.
    assertThat(Page.read().headings()).doesNotHaveDuplicates();
  }
}
