package dev.errand.broker.rabbit;

import com.rabbitmq.client.ConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection over TLS 1.2 or newer, which the server's certificate has to prove: signed by an
 * authority that is trusted, valid now, and for the host of the address. Nothing switches that off.
 */
final class Tls {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private final SSLContext context;

  private Tls(SSLContext context) {
    this.context = context;
  }

  /**
   * Trusts the authorities in a PEM file, and no others, or those of the JVM's trust store.
   *
   * @throws IllegalArgumentException when the file cannot be read or has no certificate
   */
  static Tls trusting(Optional<Path> file) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(file.isPresent() ? storeOf(file.get()) : jvmStore());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return new Tls(context);
    } catch (GeneralSecurityException | IOException failed) {
      throw new IllegalStateException("This JVM cannot use TLS: " + failed.getMessage(), failed);
    }
  }

  private static @Nullable KeyStore jvmStore() {
    return null;
  }

  private static KeyStore storeOf(Path file) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate authority : certificatesIn(file)) {
      store.setCertificateEntry("authority-" + ++number, authority);
    }
    return store;
  }

  private static Collection<? extends Certificate> certificatesIn(Path file) {
    Collection<? extends Certificate> found;
    try {
      found = CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
    } catch (NoSuchFileException missing) {
      throw refused(file, "is not there");
    } catch (IOException unreadable) {
      throw refused(file, "cannot be read (" + unreadable.getClass().getSimpleName() + ")");
    } catch (CertificateException malformed) {
      throw refused(file, "is no PEM file of certificates");
    }
    if (found.isEmpty()) {
      throw refused(file, "has no certificate");
    }
    return found;
  }

  private static IllegalArgumentException refused(Path file, String why) {
    return new IllegalArgumentException("Parameter trust is refused, file " + file.toAbsolutePath()
        + " " + why
        + ". Give a PEM file with the certificate of the authority that signed the server's.");
  }

  void use(ConnectionFactory factory) {
    factory.useSslProtocol(context);
  }

  /** Has a new socket verify whom it is connected to. */
  static void configure(SSLSocket socket) {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
  }

  /**
   * Closes at once. By itself an encrypted socket first says good-bye, for which it waits for a
   * writer that hangs.
   */
  static void abort(Socket socket) throws IOException {
    if (socket instanceof SSLSocket) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
  }
}
