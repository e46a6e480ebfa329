package dev.errand.broker;

/** The rules for the names of queues and exchanges. */
final class Names {
  private static final int LONGEST = 200;

  private Names() {}

  static String checked(String kind, String name) {
    int bytes = Utf8.length(name);
    if (bytes < 1 || bytes > LONGEST) {
      throw new IllegalArgumentException(kind + " name with " + bytes
          + " bytes of UTF-8 is refused: '" + (bytes > LONGEST ? name.substring(0, 20) + "…" : name)
          + "'. Give it 1 to " + LONGEST + " bytes.");
    }
    if (name.indexOf('*') >= 0 || name.indexOf('#') >= 0) {
      throw refused(kind, name, "'*' and '#' are wildcards of topic exchanges", "Leave them out");
    }
    if (name.startsWith("amq.") || name.startsWith("errand.")) {
      throw refused(
          kind,
          name,
          "names with 'amq.' or 'errand.' in front belong to brokers",
          "Choose another beginning");
    }
    return name;
  }

  private static IllegalArgumentException refused(
      String kind, String name, String why, String remedy) {
    return new IllegalArgumentException(
        kind + " name '" + name + "' is refused: " + why + ". " + remedy + ".");
  }
}
