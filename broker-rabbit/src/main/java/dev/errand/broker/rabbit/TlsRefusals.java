package dev.errand.broker.rabbit;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Reads what Java says when TLS is refused, by us or by the server. */
final class TlsRefusals {
  private TlsRefusals() {}

  /** Whether the server's certificate was refused, as it will be until somebody changes it. */
  static boolean ofCertificate(Throwable error) {
    return error instanceof SSLException && any(error, CertificateException.class::isInstance);
  }

  /** Why there is no connection, and what to do; empty where TLS is not the reason. */
  static Optional<Trouble> reason(Throwable error, String where) {
    if (!(error instanceof SSLException)) {
      return Optional.empty();
    }
    if (ofCertificate(error)) {
      return Optional.of(ofCertificate(error, where + " shows a certificate "));
    }
    String says = ". Java says: " + Refusals.text(error);
    return Optional.of(
        error instanceof SSLHandshakeException
            ? new Trouble(
                where + " and this JVM do not agree on TLS" + says,
                "Let the server take TLS 1.2 or newer, and clients without a certificate")
            : new Trouble(
                where + " does not answer in TLS" + says,
                "Give the port on which it does, usually 5671, or write amqp:// for a server without TLS"));
  }

  private static Trouble ofCertificate(Throwable error, String shows) {
    String says = ". Java says: " + Refusals.text(error);
    if (any(error, TlsRefusals::isOfTime)) {
      return new Trouble(
          shows + "that is not valid now" + says,
          "Renew it on the server, or correct the clock of this machine");
    }
    if (any(error, TlsRefusals::isOfAuthority)) {
      return new Trouble(
          shows + "that no trusted authority signed",
          "Name a PEM file with its authority as trust=FILE in the address, or add that to the JVM's trust store");
    }
    if (any(error, CertPathValidatorException.class::isInstance)) {
      return new Trouble(shows + "that Java refuses" + says, "Have another one issued");
    }
    return new Trouble(
        shows + "of another host" + says,
        "Write the name that it is issued for into the address, or have it issued for this one");
  }

  private static boolean isOfTime(Throwable cause) {
    return cause instanceof CertificateExpiredException
        || cause instanceof CertificateNotYetValidException;
  }

  private static boolean isOfAuthority(Throwable cause) {
    return cause instanceof CertPathBuilderException
        || (cause instanceof CertPathValidatorException invalid
            && invalid.getReason() == PKIXReason.NO_TRUST_ANCHOR);
  }

  private static boolean any(Throwable error, Predicate<Throwable> wanted) {
    return Stream.iterate(error, cause -> cause != null, Throwable::getCause).anyMatch(wanted);
  }
}
