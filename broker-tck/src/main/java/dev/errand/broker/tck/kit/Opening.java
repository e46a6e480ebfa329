package dev.errand.broker.tck.kit;

import java.time.Duration;

/**
 * How a case wants a broker opened. Immutable.
 *
 * @param publishTimeout its publish time-out, of 100 ms to 10 minutes
 * @param kind what is special about it
 */
public record Opening(Duration publishTimeout, Kind kind) {
  /** What is special about a broker. */
  public enum Kind {
    /** Nothing. */
    PLAIN,
    /** Its address says {@code declare=check}. */
    CHECKING,
    /**
     * It has the shortest heartbeat that the backend offers: it notices within
     * {@link BackendFixture#silence()} that nothing comes from its server any more.
     */
    WATCHFUL
  }

  /** With nothing special. */
  public static Opening plain(Duration publishTimeout) {
    return new Opening(publishTimeout, Kind.PLAIN);
  }

  /** Of one that only checks what it is asked to declare. */
  public static Opening checking(Duration publishTimeout) {
    return new Opening(publishTimeout, Kind.CHECKING);
  }

  /** Of one that notices a silent server as soon as it can. */
  public static Opening watchful(Duration publishTimeout) {
    return new Opening(publishTimeout, Kind.WATCHFUL);
  }
}
