package dev.errand.guice;

import java.util.Set;

/** The module and the line that say something, for errors. */
record Origin(String module, StackTraceElement line) {
  private static final Set<String> OURS =
      Set.of(Origin.class.getName(), TaskModule.class.getName(), HandlerBinder.class.getName());

  /** The calling line of this module. */
  static Origin of(TaskModule module) {
    String name = module.getClass().getName();
    StackTraceElement line = StackWalker.getInstance()
        .walk(frames -> frames
            .filter(frame -> !OURS.contains(frame.getClassName()))
            .findFirst()
            .orElseThrow()
            .toStackTraceElement());
    return new Origin(name.substring(name.lastIndexOf('.') + 1), line);
  }

  @Override
  public String toString() {
    return module + " (" + line.getFileName() + ":" + line.getLineNumber() + ")";
  }
}
