package dev.errand.examples.documents;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.smtp.SmtpManager;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.util.ServerSetup;

/** The demo's mail server: GreenMail's SMTP on the loopback address, ruled by a postmaster. */
public final class LocalMailServer implements MailServer {
  private final SmtpServer server;
  private final Postmaster postmaster;

  private LocalMailServer(SmtpServer server, Postmaster postmaster) {
    this.server = server;
    this.postmaster = postmaster;
  }

  /**
   * Starts one; returns when it accepts connections.
   *
   * @param port 0 for a free one
   */
  public static LocalMailServer start(int port, Postmaster postmaster) throws InterruptedException {
    Managers managers = new Managers() {
      @Override
      public SmtpManager getSmtpManager() {
        return postmaster;
      }
    };
    ServerSetup setup = new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
    SmtpServer server = new SmtpServer(setup, managers);
    server.startService();
    if (!server.waitTillRunning(ServerSetup.SERVER_STARTUP_TIMEOUT)) {
      server.stopService();
      throw new IllegalStateException("The mail server cannot listen on 127.0.0.1:" + port
          + "; is the port taken? Give another, or none for a free one.");
    }
    return new LocalMailServer(server, postmaster);
  }

  @Override
  public SmtpAddress address() {
    return SmtpAddress.local(server.getPort());
  }

  /** Ends all its connections. Idempotent. */
  @Override
  public void close() {
    postmaster.close();
    server.stopService();
  }
}
