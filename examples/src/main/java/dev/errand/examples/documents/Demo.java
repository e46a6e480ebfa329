package dev.errand.examples.documents;

import dev.errand.Receipt;
import dev.errand.broker.Broker;
import dev.errand.broker.Queue.Durability;
import dev.errand.time.Time;
import dev.errand.worker.Worker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A run of both halves in one process, from the first upload to the table. */
final class Demo {
  /** So long without a settled job means that something is broken. */
  private static final Duration STALLED = Duration.ofMinutes(2);

  private final Broker broker;
  private final Mailer mailer;
  private final Path pdfs;
  private final PrintWriter out;
  private final Tally tally;

  Demo(Broker broker, Mailer mailer, Path pdfs, PrintWriter out) {
    this.broker = broker;
    this.mailer = mailer;
    this.pdfs = pdfs;
    this.out = out;
    tally = new Tally(broker.time());
  }

  /**
   * Runs it, and prints the table.
   *
   * @param refusing whether the mail server refuses every fifth mail once
   * @return what was not as expected; empty when all was
   */
  List<String> run(List<Path> texts, String email, boolean refusing)
      throws IOException, InterruptedException {
    Path notText = Uploads.notText(pdfs);
    List<Path> files = Stream.concat(texts.stream(), Stream.of(notText)).toList();
    Time time = broker.time();
    long began = time.nanoTime();
    try (Worker worker = Documents.work(broker, new PdfRenderer(pdfs), mailer, tally)) {
      List<String> jobs =
          Documents.enqueue(broker, files, email).stream().map(Receipt::id).toList();
      Shutdown.during(() -> watch(jobs), () -> drain(worker, jobs));
      Tally.Count count = tally.count(Set.copyOf(jobs)::contains);
      out.println(Table.titled("documents")
          .row("files", files.size())
          .of(count)
          .speed(count.done(), Duration.ofNanos(time.nanoTime() - began))
          .row("PDFs in", pdfs));
      return unexpected(jobs, count, refusing);
    }
  }

  private void watch(List<String> jobs) throws InterruptedException {
    try (Progress progress = Progress.of(jobs.size(), out)) {
      int settled = 0;
      boolean moving = true;
      while (moving && settled < jobs.size()) {
        int now = tally.awaitMore(settled, jobs, STALLED);
        moving = now > settled;
        settled = now;
        progress.reached(settled);
      }
    }
  }

  /** By Ctrl-C: what runs may end, what waits is left. */
  private void drain(Worker worker, List<String> jobs) {
    out.println();
    out.println("Stopping; what runs may end.");
    worker.stop();
    int settled = tally.settled(jobs);
    out.println(Table.titled("stopped early")
        .row("files", jobs.size())
        .of(tally.count(Set.copyOf(jobs)::contains))
        .row("left", jobs.size() - settled + " jobs" + whatFollows())
        .row("PDFs in", pdfs));
  }

  private String whatFollows() {
    return broker.capabilities().durability() == Durability.NOTHING
        ? ": gone, as their queue was in memory"
        : " wait in the queue; ./demo worker ADDRESS runs them";
  }

  private static List<String> unexpected(List<String> jobs, Tally.Count count, boolean refusing) {
    List<String> unexpected = new ArrayList<>();
    int left = jobs.size() - count.done() - count.dead().size();
    if (left > 0) {
      unexpected.add(left + " jobs were not settled: none was for " + STALLED.toMinutes()
          + " minutes, so the broker or the mail server hangs; look at the messages above.");
    }
    // The upload that is not text was enqueued last.
    String notText = jobs.get(jobs.size() - 1);
    Set<String> others = count.dead().keySet().stream()
        .filter(job -> !job.equals(notText))
        .collect(Collectors.toSet());
    if (!others.isEmpty()) {
      unexpected.add(
          others.size() + " of the texts became dead letters; their reasons stand in the table.");
    }
    if (!count.dead().containsKey(notText)) {
      unexpected.add("The upload that is not text did not become a dead letter.");
    }
    if (refusing && count.done() >= Postmaster.REFUSED && count.retries() == 0) {
      unexpected.add("Nothing was retried, but the mail server refuses every fifth mail once.");
    }
    return unexpected;
  }
}
