package dev.errand.examples.documents;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.smtp.SmtpManager;
import com.icegreen.greenmail.smtp.SmtpState;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides on each mail that reaches the demo's server, and notes it in a journal, a line for each:
 * {@code received JOB}, {@code refused JOB}, {@code holding JOB}. Every fifth mail is refused the
 * first time it comes. One mail can be held: its sender waits for the reply until the same mail
 * comes again, or the server closes. Keeps no mail.
 */
public final class Postmaster extends SmtpManager implements AutoCloseable {
  static final int REFUSED = 5;

  private static final String TRY_AGAIN = "451 4.3.0 Try again later";

  private final int held;
  private final Consumer<String> journal;
  private final CountDownLatch hold = new CountDownLatch(1);
  // Guarded by itself: GreenMail has a thread for each connection.
  private final Map<String, Integer> numbers = new HashMap<>();

  /** Refuses every fifth mail once. */
  public Postmaster(Consumer<String> journal) {
    this(0, journal);
  }

  /**
   * Also holds one mail.
   *
   * @param held which, counted from 1; 0 for none
   */
  Postmaster(int held, Consumer<String> journal) {
    this(new Managers(), held, journal);
  }

  private Postmaster(Managers mailboxes, int held, Consumer<String> journal) {
    super(mailboxes.getImapHostManager(), mailboxes.getUserManager());
    this.held = held;
    this.journal = journal;
  }

  /** Called when all of a mail is there and its sender waits for the reply; null takes it. */
  @Override
  public @Nullable String checkData(SmtpState state) {
    String job = job(state.getMessage());
    int number;
    boolean first;
    synchronized (numbers) {
      first = !numbers.containsKey(job);
      number = numbers.computeIfAbsent(job, unseen -> numbers.size() + 1);
    }
    if (number == held) {
      if (!first) {
        hold.countDown();
        return null;
      }
      journal.accept("holding " + job);
      awaitRelease();
      return TRY_AGAIN;
    }
    if (first && number % REFUSED == 0) {
      journal.accept("refused " + job);
      return TRY_AGAIN;
    }
    return null;
  }

  @Override
  public synchronized void send(SmtpState state) {
    journal.accept("received " + job(state.getMessage()));
  }

  /** Lets go what is held. Idempotent. */
  @Override
  public void close() {
    hold.countDown();
  }

  private void awaitRelease() {
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String job(MovingMessage mail) {
    try {
      MimeMessage content = mail.getMessage();
      String job = content.getHeader(Mailer.JOB_HEADER, null);
      return job != null ? job : "unknown";
    } catch (MessagingException e) {
      throw new IllegalStateException("A mail's header cannot be read: " + e.getMessage(), e);
    }
  }
}
