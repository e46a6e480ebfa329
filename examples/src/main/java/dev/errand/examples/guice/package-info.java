/**
 * The worker of the documents, put together by Guice. Begin at {@code DocumentTasks}, which says
 * what runs; {@code GuiceCommand} is the program around it. Handlers run on several threads at
 * once, each job on a handler of its own.
 */
@NullMarked
package dev.errand.examples.guice;

import org.jspecify.annotations.NullMarked;
