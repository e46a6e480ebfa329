package dev.errand.contract.rabbit.killer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Workers in processes of their own, each of which is followed by another when it was halted. */
final class Fleet implements AutoCloseable {
  private final List<String> command;
  private final List<Process> started = new CopyOnWriteArrayList<>();
  private final List<String> printed = new CopyOnWriteArrayList<>();
  private final Set<String> done = ConcurrentHashMap.newKeySet();
  private final AtomicInteger begins = new AtomicInteger();
  private final AtomicInteger halted = new AtomicInteger();
  private final long begun = System.nanoTime();
  private volatile long lastDone = begun;
  private volatile boolean closing;

  Fleet(String address, String queue, long millis) {
    command = List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xshare:auto",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        HaltingWorker.class.getName(),
        address,
        queue,
        "" + millis);
  }

  void start(int workers) {
    for (int i = 0; i < workers; i++) {
      start();
    }
  }

  private void start() {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      started.add(process);
      Thread reader = new Thread(() -> follow(process), "fleet-reader");
      reader.setDaemon(true);
      reader.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void follow(Process process) {
    process.inputReader().lines().forEach(line -> {
      printed.add(line);
      if (line.startsWith("begun ")) {
        begins.incrementAndGet();
      } else if (line.startsWith("done ")) {
        if (done.add(line.substring("done ".length(), line.lastIndexOf(' ')))) {
          lastDone = System.nanoTime();
        }
      }
    });
    int code = process.onExit().join().exitValue();
    if (code == HaltingWorker.HALTED) {
      halted.incrementAndGet();
      if (!closing) {
        start();
      }
    }
  }

  /** How often a job has begun that halts nothing. */
  int begins() {
    return begins.get();
  }

  /** The payloads that some process was done with. */
  Set<String> done() {
    return Set.copyOf(done);
  }

  /** How long after the first process was started the last of them was done. */
  Duration doneAfter() {
    return Duration.ofNanos(lastDone - begun);
  }

  /** How many processes a job halted. */
  int halted() {
    return halted.get();
  }

  /** The last that they printed, for a failure. */
  String tail() {
    List<String> all = List.copyOf(printed);
    return String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
  }

  @Override
  public void close() {
    closing = true;
    started.forEach(Process::destroyForcibly);
    started.forEach(process -> process.onExit().join());
  }
}
