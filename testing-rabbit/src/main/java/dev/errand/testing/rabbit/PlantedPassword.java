package dev.errand.testing.rabbit;

/**
 * The password of every test that handles one. {@code ./verify} fails when it stands anywhere in
 * what the build printed or reported.
 */
public final class PlantedPassword {
  /** Found nowhere but in the code of tests. */
  public static final String TEXT = "planted-opensesame";

  private PlantedPassword() {}
}
