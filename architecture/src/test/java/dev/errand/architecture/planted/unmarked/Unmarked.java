package dev.errand.architecture.planted.unmarked;

/** Its package says nothing about null. */
public record Unmarked() {}
