package dev.errand.benchmarks;

/**
 * What both sides send, about 200 bytes as JSON.
 *
 * @param number which one
 * @param title short
 * @param body the rest
 */
public record Note(long number, String title, String body) {
  static Note of(long number) {
    return new Note(number, "A note about the speed of queues", "x".repeat(120));
  }
}
