package dev.errand.examples.documents;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A mail server for as long as it is needed. */
public interface MailServer extends AutoCloseable {
  SmtpAddress address();

  /** Ends it, if it is ours to end. Idempotent. */
  @Override
  void close();

  /**
   * The one that the environment names, or else a new one as a process of its own.
   *
   * @param journal where the new one notes what it gets
   */
  static MailServer of(Map<String, String> environment, Path journal) throws IOException {
    String real = environment.get(SmtpAddress.VARIABLE);
    return real != null ? given(SmtpAddress.parse(real)) : MailProcess.start(journal);
  }

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
