package dev.errand.examples.guice;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import dev.errand.config.Configuration;
import dev.errand.examples.documents.MailServer;
import dev.errand.examples.documents.PdfFolder;
import dev.errand.examples.documents.SharedBroker;
import dev.errand.examples.documents.SmtpAddress;
import dev.errand.guice.Errand;
import dev.errand.guice.ErrandModule;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The documents' worker, put together by Guice, until it is stopped. */
@Command(
    name = "guice",
    description =
        "The same as 'worker', put together by Guice: renders and mails what is enqueued, until"
            + " Ctrl-C. What ERRAND_... variables say is its configuration.")
public final class GuiceCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Spec
  private CommandSpec command;

  @Mixin
  private SharedBroker shared;

  @Mixin
  private PdfFolder pdfs;

  /** With these environment variables. */
  public GuiceCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    Path rendered = pdfs.create();
    try (MailServer mail = MailServer.of(environment, rendered.resolve("mail.journal"))) {
      Configuration configuration = Configuration.builder()
          .environment(environment)
          .set(Configuration.BROKER, shared.address())
          .set(Configuration.STOP_ON_SHUTDOWN, true)
          .build();
      out.println("working, mails go to " + mail.address() + "; Ctrl-C ends it");
      run(Guice.createInjector(application(configuration, mail.address(), rendered)));
      return 0;
    }
  }

  // @start region="application"
  static Module[] application(Configuration configuration, SmtpAddress mailServer, Path pdfs) {
    return new Module[] {
      new ErrandModule(configuration), new DocumentTasks(), new OfficeModule(mailServer, pdfs)
    };
  }

  private static void run(Injector injector) throws InterruptedException {
    try (Errand errand = injector.getInstance(Errand.class)) {
      errand.start();
      errand.awaitStop();
    }
  }
  // @end
}
