package dev.errand.broker;

/** The rules for the names of queues and exchanges. */
final class Names {
  private static final int LONGEST = 200;

  private Names() {}

  static String checked(String kind, String name) {
    int bytes = Utf8.length(name);
    if (bytes < 1 || bytes > LONGEST) {
      throw refused(
          kind, name, "it has " + bytes + " bytes of UTF-8; 1 to " + LONGEST + " are allowed");
    }
    if (name.indexOf('*') >= 0 || name.indexOf('#') >= 0) {
      throw refused(kind, name, "'*' and '#' are wildcards of topic exchanges; leave them out");
    }
    if (name.startsWith("amq.") || name.startsWith("errand.")) {
      throw refused(
          kind,
          name,
          "names that begin with 'amq.' or 'errand.' belong to brokers; choose another beginning");
    }
    return name;
  }

  private static IllegalArgumentException refused(String kind, String name, String why) {
    return new IllegalArgumentException(kind + " name '" + name + "' is refused: " + why + ".");
  }
}
