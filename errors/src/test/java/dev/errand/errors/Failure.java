package dev.errand.errors;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.errand.testing.rabbit.PlantedPassword;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * A failure that a user can meet, and what is asserted of it.
 *
 * @param when under which condition it happens
 * @param expected the simple name of the exception or the event, or the level of the line
 * @param bound when it is told
 * @param remedy what its text ends with
 * @param scene provokes it
 */
record Failure(String when, String expected, Bound bound, String remedy, Scene scene) {
  private static final int SCREEN_LINE = 100;

  /** Provokes a failure before a witness. */
  @FunctionalInterface
  interface Scene {
    void play(Witness witness) throws Exception;
  }

  /** Provokes it, asserts all, and returns what was told, without what differs from run to run. */
  Told provoke() throws Exception {
    Witness witness = new Witness(expected);
    Logger logger = (Logger) LoggerFactory.getLogger("dev.errand");
    AppenderBase<ILoggingEvent> reader = witness.reader();
    reader.start();
    logger.addAppender(reader);
    try {
      scene.play(witness);
    } finally {
      logger.detachAppender(reader);
    }
    Told told = witness.told();
    assertThat(told.by()).as("nothing failed: %s", when).contains(expected);
    assertThat(told.after()).as(bound.words()).isBetween(bound.least(), bound.most());
    assertThat(told.everything()).as("shows a password").doesNotContain(PlantedPassword.TEXT);
    String message = Mask.of(told.message());
    check(message);
    return new Told(told.by(), message, "", told.after());
  }

  private void check(String message) {
    assertThat(message).as("the remedy stands last").endsWith(" " + remedy);
    assertThat(message).as("a record, and no sentence").doesNotContainPattern("\\w\\[\\w+=");
    List<String> lines = message.lines().toList();
    assertThat(lines.subList(1, lines.size()))
        .as("has several lines, and is no list")
        .allMatch(line -> line.matches("(  |\\d\\) )\\S.*"));
    assertThat(lines)
        .as("the first sentence is no longer than a line")
        .allSatisfy(
            line -> assertThat(Sentences.of(line).get(0)).hasSizeLessThanOrEqualTo(SCREEN_LINE));
  }
}
