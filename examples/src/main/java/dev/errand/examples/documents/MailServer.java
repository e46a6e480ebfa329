package dev.errand.examples.documents;

/** A mail server for as long as it is needed. */
interface MailServer extends AutoCloseable {
  SmtpAddress address();

  /** Ends it, if it is ours to end. Idempotent. */
  @Override
  void close();

  /** One that runs anyway. */
  static MailServer given(SmtpAddress address) {
    return new MailServer() {
      @Override
      public SmtpAddress address() {
        return address;
      }

      @Override
      public void close() {}
    };
  }
}
