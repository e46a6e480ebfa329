package dev.errand.broker;

/**
 * A part of what stands on the broker. Parts are values: two sides that share a constant declare
 * the same thing, and either may come first.
 */
public sealed interface Topology permits Queue, Exchange, Binding {}
