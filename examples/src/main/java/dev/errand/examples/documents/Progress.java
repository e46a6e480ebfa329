package dev.errand.examples.documents;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far the jobs are: a bar on a terminal, a line for each tenth elsewhere. */
interface Progress extends AutoCloseable {
  /** Set by {@code ./demo}, which can tell; a JVM cannot on every version. */
  String TERMINAL = "demo.terminal";

  /** So many jobs are settled. */
  void reached(int jobs);

  @Override
  void close();

  static Progress of(int jobs, PrintWriter lines) {
    return Boolean.getBoolean(TERMINAL) ? new Bar(jobs) : new Lines(jobs, lines);
  }

  /** Drawn by a thread of the library's own. */
  final class Bar implements Progress {
    private final ProgressBar bar;

    private Bar(int jobs) {
      bar = new ProgressBarBuilder()
          .setTaskName("documents")
          .setInitialMax(jobs)
          .setStyle(ProgressBarStyle.ASCII)
          .setUpdateIntervalMillis(100)
          .build();
    }

    @Override
    public void reached(int jobs) {
      bar.stepTo(jobs);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** For a log file. */
  final class Lines implements Progress {
    private static final int PARTS = 10;

    private final int all;
    private final PrintWriter lines;
    private int shown;

    private Lines(int all, PrintWriter lines) {
      this.all = all;
      this.lines = lines;
    }

    @Override
    public void reached(int jobs) {
      int part = jobs * PARTS / all;
      if (part > shown) {
        shown = part;
        lines.println("documents " + jobs + "/" + all);
        lines.flush();
      }
    }

    @Override
    public void close() {}
  }
}
