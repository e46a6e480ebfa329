package dev.errand.testing.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityTest {
  @TempDir
  private Path folder;

  private static X509Certificate certificate(String pem) throws GeneralSecurityException {
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void issue_isSignedByItForTheHosts_withTheKey() throws GeneralSecurityException, IOException {
    Authority authority = Authority.in(folder);

    ServerCertificate issued = authority.issue("localhost", "127.0.0.1");

    X509Certificate own = certificate(Files.readString(authority.file()));
    X509Certificate shown = certificate(issued.certificate());
    shown.verify(own.getPublicKey());
    shown.checkValidity();
    assertThat(own.getBasicConstraints()).isNotNegative();
    assertThat(shown.getSubjectAlternativeNames().toString()).contains("localhost", "127.0.0.1");
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key(issued.key()));
    byte[] signed = signature.sign();
    signature.initVerify(shown);
    assertThat(signature.verify(signed)).isTrue();
    assertThat(issued.toString()).doesNotContain("PRIVATE");
  }

  private static PrivateKey key(String pem) throws GeneralSecurityException {
    String text = pem.replaceAll("-----[A-Z ]+-----|\n", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
  }

  @Test
  void issueExpired_isNoLongerValid() throws GeneralSecurityException {
    X509Certificate shown =
        certificate(Authority.in(folder).issueExpired("localhost").certificate());

    assertThatThrownBy(shown::checkValidity).isInstanceOf(CertificateExpiredException.class);
  }

  @Test
  void issue_forAHostThatIsNone_failsWithWhatKeytoolSays() {
    Authority authority = Authority.in(folder);

    assertThatThrownBy(() -> authority.issue("a b"))
        .isInstanceOf(RabbitServerException.class)
        .hasMessageContaining("keytool -gencert failed:");
  }
}
