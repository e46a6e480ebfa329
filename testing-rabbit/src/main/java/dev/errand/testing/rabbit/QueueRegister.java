package dev.errand.testing.rabbit;

/**
 * The files in which a server registers its quorum queues. RabbitMQ writes them some seconds late:
 * seen with 3.10.8, a queue declared shortly before a {@code kill -9} loses its confirmed messages
 * and never elects a leader again, and whoever asks for it waits 60 s. That is the server's fault
 * and not what tests that kill it are after.
 */
final class QueueRegister {
  private QueueRegister() {}

  /** Makes the node write its register; a node that does not obey is left as it is. */
  static void save(RabbitNode node) {
    try {
      node.ctl("eval", "[dets:sync(Table) || Table <- dets:all()].");
    } catch (RabbitServerException notServing) {
      // Whoever kills a node that does not answer wants just that.
    }
  }
}
