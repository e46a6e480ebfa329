package dev.errand.worker;

import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import java.util.List;

/**
 * A task, its handler, and the queue that its jobs are taken from.
 *
 * @param bindings what else stands on the broker: the exchange it comes through and its bindings
 */
record Handled<P>(Task<P> task, TaskHandler<P> handler, Queue queue, List<Topology> bindings) {}
