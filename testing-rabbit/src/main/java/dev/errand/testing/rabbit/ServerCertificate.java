package dev.errand.testing.rabbit;

/**
 * What a server shows to prove who it is, and the key that belongs to it, both as PEM. For tests
 * only: {@link Authority} makes it.
 */
public record ServerCertificate(String certificate, String key) {
  /** Without the key. */
  @Override
  public String toString() {
    return "ServerCertificate[" + certificate.length() + " characters of PEM]";
  }
}
