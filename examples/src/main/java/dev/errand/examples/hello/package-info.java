/**
 * The smallest pair of programs: {@link dev.errand.examples.hello.Send} enqueues one greeting,
 * {@link dev.errand.examples.hello.Receive} prints what comes. Either starts first. The scripts in
 * {@code examples/pika} do the same in Python, and talk to both. Handlers run on several threads at
 * once.
 */
@NullMarked
package dev.errand.examples.hello;

import org.jspecify.annotations.NullMarked;
