package dev.errand.testing.rabbit;

import java.nio.file.Path;

/**
 * A RabbitMQ that belongs to one test, which may stop and kill it. Address, port and data stay the
 * same when it starts again; only {@link #close} loses them.
 */
public sealed interface RabbitNode extends RabbitServer, AutoCloseable
    permits LocalNode, DockerNode {
  /**
   * Constant, as {@link #port()}.
   *
   * @return the port that clients connect to over TLS; nobody listens there unless the node was
   *     made with a certificate
   */
  int tlsPort();

  /**
   * Starts the node again after {@link #stop} or {@link #kill}, and blocks until it serves. Does
   * nothing when it runs.
   *
   * @throws RabbitServerException when it does not start, with its last output, or was closed
   */
  void start();

  /**
   * Stops the node in order, as an operator does: connections are closed with 320. Blocks until its
   * process has ended.
   */
  void stop();

  /**
   * Kills the node as {@code kill -9} does, and blocks until its process is gone. Does nothing when
   * it does not run. A node that answers is first made to write down which queues it has, about
   * half a second: RabbitMQ does that late, and a quorum queue declared within the seconds before a
   * kill would be lost with its confirmed messages.
   */
  void kill();

  /**
   * Copies a file to where {@link #ctl} finds it under its name alone, as by
   * {@code ctl("import_definitions", "shop.json")}. Blocks while it copies.
   *
   * @throws java.io.UncheckedIOException when it cannot be read or written
   */
  void give(Path file);

  /**
   * Ends the node and deletes its data. Blocks until both are gone. Idempotent; after it
   * {@link #start} fails.
   */
  @Override
  void close();
}
