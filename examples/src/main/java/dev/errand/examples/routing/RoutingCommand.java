package dev.errand.examples.routing;

import dev.errand.broker.Broker;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The four exchanges and the three workers in one process, on any broker. */
@Command(
    name = "routing",
    description = "Sends ten uploads through a direct, a fanout, a topic and a headers exchange to"
        + " three workers, and says who got which of them and why. One worker fails now and then.")
public final class RoutingCommand implements Callable<Integer> {
  /** How long a broker may take to answer. */
  private static final Duration CONNECT = Duration.ofSeconds(15);

  @Spec
  private CommandSpec command;

  @Parameters(
      arity = "0..1",
      defaultValue = "memory:routing",
      paramLabel = "ADDRESS",
      description = "the broker: ${DEFAULT-VALUE} unless given, or amqp://guest:guest@localhost")
  private String address;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    try (Broker broker = Broker.open(address)) {
      broker.ready(CONNECT);
      List<String> unexpected = new RoutingDemo(broker).run(out);
      unexpected.forEach(reason -> out.println("not as expected: " + reason));
      return unexpected.isEmpty() ? 0 : 1;
    }
  }
}
