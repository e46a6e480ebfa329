package dev.errand.examples.documents;

import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Properties;

/** Mails PDFs. Thread-safe; each mail is a connection of its own. */
public final class Mailer {
  /** The header that names the job which a mail belongs to. */
  static final String JOB_HEADER = "X-Job-Id";

  private static final String SENDER = "documents@errand.example";

  private final Session session;

  /** Mails through this server. */
  public Mailer(SmtpAddress server) {
    Properties properties = new Properties();
    properties.setProperty("mail.smtp.host", server.host());
    properties.setProperty("mail.smtp.port", String.valueOf(server.port()));
    properties.setProperty("mail.smtp.connectiontimeout", "10000");
    properties.setProperty("mail.smtp.timeout", "30000");
    SmtpAddress.Login login = server.login();
    if (login == null) {
      session = Session.getInstance(properties);
    } else {
      properties.setProperty("mail.smtp.auth", "true");
      // A password never travels in the clear.
      properties.setProperty("mail.smtp.starttls.enable", "true");
      properties.setProperty("mail.smtp.starttls.required", "true");
      properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
      session = Session.getInstance(properties, new Authenticator() {
        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
          return new PasswordAuthentication(login.user(), login.password());
        }
      });
    }
  }

  /** Sends a PDF; returns when the server has taken it. */
  public void send(Path pdf, String to, String job) throws MessagingException, IOException {
    MimeMessage mail = new MailOfJob(session, job);
    mail.setFrom(new InternetAddress(SENDER));
    mail.setRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
    mail.setSubject("Your document " + pdf.getFileName(), "UTF-8");
    MimeBodyPart text = new MimeBodyPart();
    text.setText("Here is your document as a PDF.\n");
    MimeBodyPart attachment = new MimeBodyPart();
    attachment.attachFile(pdf.toFile(), "application/pdf", "base64");
    attachment.setFileName(MimeUtility.encodeText(pdf.getFileName().toString(), "UTF-8", null));
    mail.setContent(new MimeMultipart(text, attachment));
    Transport.send(mail);
  }

  /**
   * Mails of one job have one Message-ID, by which a mailbox can tell that a second is the first.
   */
  private static final class MailOfJob extends MimeMessage {
    private final String job;

    MailOfJob(Session session, String job) throws MessagingException {
      super(session);
      this.job = job;
      setHeader(JOB_HEADER, job);
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", "<" + job + "@errand.example>");
    }
  }
}
