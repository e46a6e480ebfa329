package dev.errand.worker;

import dev.errand.Task;
import dev.errand.TaskHandler;
import dev.errand.broker.Queue;
import dev.errand.broker.Topology;
import java.util.List;

/**
 * A task, its handler, and the queue that its jobs are taken from.
 *
 * @param topology what has to stand on the broker: the queue, its dead letters, and for a task
 *     through an exchange that and the bindings
 */
record Handled<P>(Task<P> task, TaskHandler<P> handler, Queue queue, List<Topology> topology) {}
