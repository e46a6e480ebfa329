package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Topology;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import dev.errand.worker.decide.Decider;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One worker's parts, put together in one place. */
record Parts(
    Settings settings,
    Events events,
    Herald herald,
    Lifecycle lifecycle,
    Scheduler scheduler,
    Dispatcher dispatcher,
    List<Opening> openings,
    Shutdown shutdown) {

  static Parts of(Broker broker, Settings settings, List<Handled<?>> handled, Events events) {
    String name = settings.name();
    Time time = broker.time();
    Herald herald = new Herald(events);
    Lifecycle lifecycle = new Lifecycle();
    Scheduler scheduler = time.scheduler("errand-" + name + "-scheduler");
    Settling settling = new Settling(new Letters(broker, author(name)), scheduler, herald);
    Map<String, Map<String, Handled<?>>> byQueue = byQueueAndName(handled);
    Binder binder = new Binder(byQueue, settings.codec(), time);
    Decider decider = new Decider(new Random(), settings.deployPeriod());
    Calls calls = new Calls(lifecycle, scheduler, events);
    Pipeline pipeline = new Pipeline(binder, calls, decider, settling, events, time);
    Dispatcher dispatcher = new Dispatcher(name, settings.concurrency(), pipeline::process);
    Suspect suspect = new Suspect();
    List<Supply> supplies = byQueue.keySet().stream()
        .map(queue -> new Supply(queue, dispatcher, settling, suspect))
        .toList();
    List<Opening> openings = supplies.stream()
        .map(supply -> new Opening(
            supply,
            wanted(handled, supply.queue()),
            broker,
            settings.prefetch(),
            herald,
            lifecycle,
            scheduler))
        .toList();
    List<Intake> intakes =
        supplies.stream().flatMap(supply -> supply.intakes().stream()).toList();
    Shutdown shutdown =
        new Shutdown(intakes, dispatcher, pipeline, settling, herald, scheduler, time);
    return new Parts(
        settings, events, herald, lifecycle, scheduler, dispatcher, openings, shutdown);
  }

  /** By each name that a job may have. */
  private static Map<String, Map<String, Handled<?>>> byQueueAndName(List<Handled<?>> handled) {
    Map<String, Map<String, Handled<?>>> byQueue = new LinkedHashMap<>();
    for (Handled<?> each : handled) {
      Map<String, Handled<?>> byName =
          byQueue.computeIfAbsent(each.queue().name(), queue -> new HashMap<>());
      Handled.namesOf(each.task()).forEach(name -> byName.put(name, each));
    }
    return byQueue;
  }

  private static List<Topology> wanted(List<Handled<?>> handled, String queue) {
    return handled.stream()
        .filter(each -> each.queue().name().equals(queue))
        .flatMap(each -> each.source().topology().stream())
        .distinct()
        .toList();
  }

  /** As dead letters name it: the worker, its process and its host. */
  private static String author(String name) {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      host = "unknown host";
    }
    return name + ", process " + ProcessHandle.current().pid() + " on " + host;
  }
}
