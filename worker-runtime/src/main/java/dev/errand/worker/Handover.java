package dev.errand.worker;

/** What an intake or a shutdown hands to the handlers' threads. */
sealed interface Handover permits Taken, Handover.End {
  /** No more comes: the thread that takes it ends. */
  enum End implements Handover {
    END
  }
}
