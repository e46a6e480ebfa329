package dev.errand.examples.hello;

import dev.errand.Task;

/** Whom to greet; with its task, what sender and receiver share. */
public record Greeting(String name) {
  static final Task<Greeting> GREET = Task.of("hello.greet", Greeting.class).on("hello");
}
