package dev.errand.examples.documents;

final class Main {
  public static void main(String[] a) {}
}
