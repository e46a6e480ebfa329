package dev.errand.worker;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.flatMapping;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;

import dev.errand.Task;
import dev.errand.broker.Broker;
import dev.errand.broker.Topology;
import dev.errand.time.Scheduler;
import dev.errand.time.Time;
import dev.errand.worker.decide.Decider;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One worker's parts, put together in one place. */
record Parts(
    Lifecycle lifecycle,
    Crew crew,
    List<Opening> openings,
    Pausing pausing,
    Vitals vitals,
    Shutdown shutdown) {

  /** @param stops makes the threads of its stop */
  static Parts of(
      Broker broker, Settings settings, List<Handled<?>> handled, Events events, ThreadKind stops) {
    String name = settings.name();
    Time time = broker.time();
    Herald herald = new Herald(events, time);
    Lifecycle lifecycle = new Lifecycle(time, settings.gracePeriod());
    String schedulerThread = "errand-" + name + "-scheduler";
    Scheduler scheduler = time.scheduler(schedulerThread);
    Places places = new Places(wanted(handled), broker, herald, lifecycle);
    Settling settling =
        new Settling(new Letters(broker, author(name)), scheduler, time, herald, places);
    Ticker ticker = new Ticker(scheduler);

    // What becomes of a job.
    Map<String, Map<String, Handled<?>>> byQueue = byQueueAndName(handled);
    StillRunning stillRunning = new StillRunning();
    Binder binder = new Binder(byQueue, settings.codec(), stillRunning, time);
    Decider decider = new Decider(new Random(), settings.deployPeriod());
    Calls calls = new Calls(lifecycle, ticker, scheduler, events, time);
    Pipeline pipeline = new Pipeline(binder, calls, decider, settling, events, time);
    Dispatcher dispatcher =
        new Dispatcher(name, settings.concurrency(), settings.threads(), time, pipeline::process);

    // Where jobs come from.
    Holding holding = new Holding(
        broker,
        settings.concurrency(),
        settings.prefetch().with(byQueue.size()),
        handled.stream().<Task<?>>map(Handled::task).toList(),
        herald,
        ticker);
    Backlog backlog = dispatcher.backlog();
    Reception reception = new Reception(dispatcher, holding, settling, new Suspect(), stillRunning);
    List<Supply> supplies = new ArrayList<>();
    settings
        .prefetch()
        .over(List.copyOf(byQueue.keySet()))
        .forEach((queue, prefetches) ->
            supplies.add(new Supply(queue, prefetches, reception, broker, herald, lifecycle)));
    List<Opening> openings = supplies.stream()
        .map(supply -> new Opening(supply, places, herald, lifecycle, scheduler))
        .toList();
    List<Intake> intakes =
        supplies.stream().flatMap(supply -> supply.intakes().stream()).toList();

    // Who looks after all that.
    List<Pulse> pulses =
        List.of(new Pulse(schedulerThread, turn -> scheduler.after(Duration.ZERO, turn)));
    Slots slots = new Slots(dispatcher, holding, herald, time);
    Rounds rounds = new Rounds(settings.silence(), "errand-" + name + "-watch", time, lifecycle);
    List<Look> looks =
        intakes.stream().map(intake -> new Look(intake, broker, herald, rounds)).toList();
    Starvation starvation = new Starvation(dispatcher, herald, rounds);
    Watchdog watchdog = new Watchdog(rounds, looks, pulses, slots, starvation);
    Crew crew = new Crew(dispatcher, herald, scheduler, watchdog);
    Clearing clearing = new Clearing(dispatcher, pipeline, settling, ticker);
    Deadlines deadlines = new Deadlines(name, time, stops);
    Shutdown shutdown = new Shutdown(lifecycle, intakes, clearing, crew, deadlines);
    ticker.start(new Sweep(dispatcher, pipeline, holding, stillRunning, herald));
    return new Parts(
        lifecycle,
        crew,
        openings,
        new Pausing(lifecycle, herald, intakes, backlog, pipeline),
        new Vitals(herald, lifecycle, dispatcher, slots, openings, settling, watchdog, time),
        shutdown);
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

  /** What has to stand, by the queue for which it has to. */
  private static Map<String, List<Topology>> wanted(List<Handled<?>> handled) {
    return handled.stream()
        .collect(groupingBy(
            each -> each.queue().name(),
            flatMapping(
                each -> each.source().topology().stream(),
                collectingAndThen(toCollection(LinkedHashSet::new), List::copyOf))));
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
