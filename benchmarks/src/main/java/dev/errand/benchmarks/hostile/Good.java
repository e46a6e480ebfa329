package dev.errand.benchmarks.hostile;

/** The payload of a good job. */
record Good(int number, String text) {
  static final String TASK = "hostile.good";

  static String json(int number) {
    return "{\"number\":" + number + ",\"text\":\"all is well\"}";
  }
}
