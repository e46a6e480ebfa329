package dev.errand.errors;

/** What the jobs of these tests are about. */
record Upload(String file) {}
