package dev.errand.examples.documents;

import dev.errand.broker.Broker;
import dev.errand.broker.BrokerException;
import dev.errand.worker.Worker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The worker's half, until it is stopped. */
@Command(
    name = "worker",
    description =
        "Renders and mails what is enqueued, until Ctrl-C; then says what was left. May be"
            + " started before its broker. Without DOCUMENTS_SMTP it starts a mail server as a process of"
            + " its own.")
final class WorkerCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Spec
  private CommandSpec command;

  @Mixin
  private SharedBroker shared;

  @Mixin
  private PdfFolder pdfs;

  @Option(
      names = "--halt-at",
      paramLabel = "NAME",
      description = "halts this process at an upload of that name, as a job does that kills its"
          + " worker: for scripts/kill-demo")
  private @Nullable String fatal;

  WorkerCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    Path rendered = pdfs.create();
    try (MailServer mail = MailServer.of(environment, rendered.resolve("mail.journal"));
        Broker broker = Broker.open(shared.address())) {
      Tally tally = new Tally(broker.time());
      Renderer renderer = new PdfRenderer(rendered);
      Worker worker = Documents.work(
          broker,
          fatal == null ? renderer : renderer.haltingAt(fatal),
          new Mailer(mail.address()),
          tally);
      out.println("working, mails go to " + mail.address() + "; Ctrl-C ends it");
      Shutdown.during(worker::awaitStop, () -> {
        worker.stop();
        out.println(Table.titled("worker stopped")
            .of(tally.count(job -> true))
            .row("left", left(broker))
            .row("PDFs in", rendered));
      });
      return 0;
    }
  }

  private static String left(Broker broker) {
    try {
      return broker.inspect(Documents.QUEUE, 0).join().ready() + " jobs wait in the queue";
    } catch (BrokerException | CompletionException e) {
      return "unknown: the broker does not answer";
    }
  }
}
