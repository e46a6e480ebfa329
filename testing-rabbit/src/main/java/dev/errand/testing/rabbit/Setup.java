package dev.errand.testing.rabbit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a new node is to be like.
 *
 * @param configuration lines for its {@code rabbitmq.conf}
 * @param certificate what it shows where it listens for TLS, if it does
 */
record Setup(List<String> configuration, Optional<ServerCertificate> certificate) {
  private static final String CERTIFICATE = "server.pem";
  private static final String KEY = "server.key";

  static Setup of(String... configuration) {
    return new Setup(List.of(configuration), Optional.empty());
  }

  /**
   * All lines.
   *
   * @param listener where it listens for TLS, if it does
   * @param folder where its {@link #files} are
   */
  List<String> lines(String listener, String folder) {
    List<String> lines = new ArrayList<>();
    certificate.ifPresent(shown -> lines.addAll(List.of(
        "listeners.ssl.1 = " + listener,
        "ssl_options.certfile = " + folder + "/" + CERTIFICATE,
        "ssl_options.keyfile = " + folder + "/" + KEY,
        "ssl_options.verify = verify_none")));
    lines.addAll(configuration);
    return lines;
  }

  /** The files that the lines name, each with its text. */
  Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    certificate.ifPresent(shown -> {
      files.put(CERTIFICATE, shown.certificate());
      files.put(KEY, shown.key());
    });
    return files;
  }
}
