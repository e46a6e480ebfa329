package dev.errand.testing.rabbit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A certificate authority that nobody knows, for tests of TLS. It is made by the JDK's
 * {@code keytool}, in a folder of the test's; each method blocks for about two seconds. Not
 * thread-safe.
 */
public final class Authority {
  private static final String PASSWORD = "of-a-test";
  private static final int KEYTOOL_SECONDS = 60;

  private final Path folder;
  private int issued;

  private Authority(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes a new one, with its own key.
   *
   * @param folder an empty one, which stays the caller's to delete
   * @throws RabbitServerException when {@code keytool} fails, with its output
   */
  public static Authority in(Path folder) {
    Authority authority = new Authority(folder);
    authority.generateKey("ca", "Errand test authority", List.of("-ext", "bc:critical=ca:true"));
    authority.keytool("-exportcert", "ca", "-rfc", "-file", authority.file().toString());
    return authority;
  }

  /** Its own certificate, as a PEM file: what a client has to trust. */
  public Path file() {
    return folder.resolve("ca.pem");
  }

  /**
   * A certificate that is valid from yesterday for a month.
   *
   * @param hosts names, or addresses in digits, for which it is valid
   * @throws RabbitServerException when {@code keytool} fails, with its output
   */
  public ServerCertificate issue(String... hosts) {
    return issue(List.of(hosts), List.of("-startdate", "-1d", "-validity", "30"));
  }

  /**
   * A certificate that was valid until five days ago.
   *
   * @param hosts as {@link #issue}
   * @throws RabbitServerException when {@code keytool} fails, with its output
   */
  public ServerCertificate issueExpired(String... hosts) {
    return issue(List.of(hosts), List.of("-startdate", "-10d", "-validity", "5"));
  }

  private ServerCertificate issue(List<String> hosts, List<String> dates) {
    String alias = "server-" + ++issued;
    Path request = folder.resolve(alias + ".csr");
    Path certificate = folder.resolve(alias + ".pem");
    generateKey(alias, hosts.get(0), List.of());
    keytool("-certreq", alias, "-file", request.toString());
    keytool(
        "-gencert",
        "ca",
        Stream.of(
                Stream.of("-rfc", "-infile", request.toString()),
                Stream.of("-outfile", certificate.toString(), "-ext", "san=" + san(hosts)),
                dates.stream())
            .flatMap(each -> each)
            .toArray(String[]::new));
    try {
      return new ServerCertificate(Files.readString(certificate), keyOf(alias));
    } catch (IOException failed) {
      throw new UncheckedIOException("The certificate in " + folder + " is gone", failed);
    }
  }

  private static String san(List<String> hosts) {
    return hosts.stream()
        .map(host -> (host.matches("[0-9.]+|.*:.*") ? "ip:" : "dns:") + host)
        .collect(joining(","));
  }

  /** In a store of its own, as {@code keytool} reads and writes all of a store at once. */
  private void generateKey(String alias, String name, List<String> more) {
    List<String> arguments = new ArrayList<>(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    arguments.addAll(List.of("-dname", "CN=" + name, "-startdate", "-30d", "-validity", "90"));
    arguments.addAll(more);
    keytool("-genkeypair", alias, arguments.toArray(String[]::new));
  }

  private void keytool(String command, String alias, String... arguments) {
    Path output = folder.resolve("keytool-output");
    List<String> line = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), command));
    line.addAll(List.of("-alias", alias, "-storetype", "PKCS12", "-storepass", PASSWORD));
    line.addAll(List.of("-keystore", store(alias).toString()));
    line.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(line)
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new RabbitServerException(
            "keytool %s failed:\n%s".formatted(command, Files.readString(output)));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("keytool cannot be run", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new RabbitServerException("Interrupted in keytool " + command, interrupted);
    }
  }

  private Path store(String alias) {
    return folder.resolve(alias + ".p12");
  }

  private String keyOf(String alias) {
    try {
      KeyStore store = KeyStore.getInstance(store(alias).toFile(), PASSWORD.toCharArray());
      byte[] key = store.getKey(alias, PASSWORD.toCharArray()).getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(key)
          + "\n-----END PRIVATE KEY-----\n";
    } catch (IOException | GeneralSecurityException failed) {
      throw new RabbitServerException("The key of " + alias + " cannot be read", failed);
    }
  }
}
