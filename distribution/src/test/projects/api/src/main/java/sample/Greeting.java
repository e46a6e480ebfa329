package sample;

public class Greeting {
  public void kept() {}
  // more
}
