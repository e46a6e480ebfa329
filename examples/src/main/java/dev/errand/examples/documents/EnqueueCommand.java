package dev.errand.examples.documents;

import dev.errand.Receipt;
import dev.errand.broker.Broker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The site's half: a job for each file. */
@Command(
    name = "enqueue",
    description = "Enqueues a job for each file of a folder, and says under which id. The worker"
        + " reads the files itself, so it runs on the same machine.")
final class EnqueueCommand implements Callable<Integer> {
  @Spec
  private CommandSpec command;

  @Mixin
  private SharedBroker shared;

  @Parameters(index = "1", paramLabel = "FOLDER", description = "the uploads")
  private Path folder;

  @Option(
      names = "--to",
      paramLabel = "EMAIL",
      defaultValue = "ann@example.org",
      description = "who gets the mails: ${DEFAULT-VALUE} unless given")
  private String to;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = command.commandLine().getOut();
    List<Path> files = Uploads.in(folder);
    try (Broker broker = Broker.open(shared.address())) {
      // One clear reason, instead of one for each file.
      broker.ready(DocumentsCommand.CONNECT);
      List<Receipt> receipts = Documents.enqueue(broker, files, to);
      for (int i = 0; i < files.size(); i++) {
        out.println("enqueued " + receipts.get(i).id() + " " + files.get(i));
      }
      out.println(files.size() + " jobs are safe in queue '" + Documents.QUEUE + "'");
      return 0;
    }
  }
}
