package dev.errand.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.errand.broker.Setting;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gathers settings; {@link #build()} checks them. In which order the methods are called does not
 * matter: what code sets goes before the environment, and that before the files. Not thread-safe.
 */
public final class ConfigurationBuilder {
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private final List<Given> files = new ArrayList<>();
  private final List<Given> environment = new ArrayList<>();
  private final List<Given> code = new ArrayList<>();
  private final List<Fault> unreadable = new ArrayList<>();

  ConfigurationBuilder() {}

  /** Sets one value; a later one replaces it. */
  public <T> ConfigurationBuilder set(Setting<T> setting, T value) {
    code.add(Given.inCode(setting, value));
    return this;
  }

  /**
   * Takes what a properties file in UTF-8, with a byte order mark or without, has under keys that
   * begin with {@code errand.}; its other keys are the application's. A file that cannot be read is
   * a fault, as is a key that is not known. Of two files the later goes first. Reads it at once.
   */
  public ConfigurationBuilder file(Path file) {
    String source = "file " + file.toAbsolutePath().normalize();
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
      skipByteOrderMark(reader);
      properties.load(reader);
    } catch (NoSuchFileException missing) {
      unreadable.add(new Fault("", source, null, "There is no such file. Correct its path."));
    } catch (IOException | IllegalArgumentException failed) {
      // Only the kind of failure, as the message of a malformed escape could show what it is in.
      unreadable.add(new Fault(
          "",
          source,
          null,
          "It cannot be read (" + failed.getClass().getSimpleName()
              + "). Give a properties file in UTF-8."));
    }
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      Given.inFile(key, properties.getProperty(key), source).ifPresent(files::add);
    }
    return this;
  }

  /** As editors of Windows write it; it would become a part of the first key. */
  private static void skipByteOrderMark(Reader reader) throws IOException {
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
  }

  /** As {@link #environment(Map)}, of the variables of this process. */
  public ConfigurationBuilder environment() {
    return environment(System.getenv());
  }

  /**
   * Takes those of these variables that begin with {@code ERRAND_}, but for {@code ERRAND_TEST_…},
   * which belong to tests, and for those that Kubernetes makes of a service {@code errand} or
   * {@code errand-…}: where {@code ERRAND_…_SERVICE_HOST} and {@code ERRAND_…_SERVICE_PORT} are
   * both there, these and the others of that service, such as {@code ERRAND_…_PORT}, are left out.
   * A setting never is.
   */
  public ConfigurationBuilder environment(Map<String, String> variables) {
    new TreeMap<>(variables)
        .forEach((key, value) -> Given.inEnvironment(key, value).ifPresent(environment::add));
    return this;
  }

  /**
   * The configuration, when all that is given is in order: each key known to this library or to a
   * backend on the class path, each value within its limits, also where another goes before it. A
   * parameter of an address that is not of the address's own backend is checked and not used, so
   * that one file serves {@code amqp:} and {@code memory:} addresses.
   *
   * @throws ConfigurationException when anything is not, with all faults
   */
  public Configuration build() {
    List<Given> all = new ArrayList<>(files);
    all.addAll(environment);
    all.addAll(code);
    return new Check(all, unreadable).configuration();
  }
}
