package dev.errand.examples.documents;

import dev.errand.broker.Broker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Both halves in one process, on any broker. */
@Command(
    name = "./demo",
    description = {
      "A site takes uploads; a worker turns each into a PDF and mails it. Some things go wrong on"
          + " purpose: the mail server refuses every fifth mail once, and one upload is not text."
    },
    footer = {
      "",
      "DOCUMENTS_SMTP=smtp://[user:password@]host:port names a real mail server.",
      "Exit code: 0 when all went as expected, 1 with a reason when not, 2 for a wrong command line."
    })
public final class DocumentsCommand implements Callable<Integer> {
  private static final String IN_MEMORY = "memory:documents";
  private static final Pattern WORD = Pattern.compile("[\\w-]+");

  /** How long a broker may take to answer. */
  static final Duration CONNECT = Duration.ofSeconds(15);

  private final Map<String, String> environment;

  @Spec
  private CommandSpec command;

  private String address = IN_MEMORY;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "the uploads: the project's Markdown and Java files unless given")
  private @Nullable Path folder;

  @Option(
      names = "--to",
      paramLabel = "EMAIL",
      defaultValue = "ann@example.org",
      description = "who gets the mails: ${DEFAULT-VALUE} unless given")
  private String to;

  @SuppressWarnings("UnusedVariable") // The command line sees to it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "says this")
  private boolean help;

  @Mixin
  private PdfFolder pdfs;

  /** Takes what is no command's name. A word alone was meant to be one, mostly. */
  @Parameters(
      arity = "0..1",
      defaultValue = IN_MEMORY,
      paramLabel = "ADDRESS",
      description = "the broker: ${DEFAULT-VALUE} unless given, or amqp://guest:guest@localhost")
  void setAddress(String given) {
    if (WORD.matcher(given).matches()) {
      throw new ParameterException(
          command.commandLine(),
          "'" + given + "' is no command and no address. The commands are "
              + String.join(", ", command.subcommands().keySet())
              + ". An address begins with memory: or amqp://, as amqp://guest:guest@localhost.");
    }
    address = given;
  }

  private DocumentsCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The documents, with their halves as sub commands. */
  public static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new DocumentsCommand(environment))
        .addSubcommand(new WorkerCommand(environment))
        .addSubcommand(new EnqueueCommand())
        .addSubcommand(new MailCommand());
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    List<Path> texts = folder == null ? Uploads.ofProject(PdfFolder.home()) : Uploads.in(folder);
    Path rendered = pdfs.create();
    try (MailServer mail = mailServer();
        Broker broker = Broker.open(address)) {
      broker.ready(CONNECT);
      out.println(texts.size() + " texts and a file that is none, over "
          + broker.capabilities().server() + ", mailed through " + mail.address());
      Demo demo = new Demo(broker, new Mailer(mail.address()), rendered, out);
      List<String> unexpected = demo.run(texts, to, !isReal());
      unexpected.forEach(reason -> out.println("not as expected: " + reason));
      return unexpected.isEmpty() ? 0 : 1;
    }
  }

  private boolean isReal() {
    return environment.containsKey(SmtpAddress.VARIABLE);
  }

  private MailServer mailServer() throws InterruptedException {
    String real = environment.get(SmtpAddress.VARIABLE);
    return real != null
        ? MailServer.given(SmtpAddress.parse(real))
        : LocalMailServer.start(0, new Postmaster(line -> {}));
  }
}
