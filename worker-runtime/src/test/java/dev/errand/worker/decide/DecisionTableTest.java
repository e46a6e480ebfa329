package dev.errand.worker.decide;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.retry.RetryPolicy;
import dev.errand.time.DurationText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/worker.md says what the code decides; with {@code -Derrand.write=true} it is
 * written.
 */
final class DecisionTableTest {
  private static final Path PAGE = Path.of("..", "docs", "worker.md");
  private static final String BEGIN =
      "<!-- Written by DecisionTableTest: see CONTRIBUTING.md. -->\n";
  private static final String END = "<!-- The end of what it wrote. -->\n";

  private static final String HEAD = """
      | outcome | what the job has behind it | policy | what becomes of it | counted |
      |---|---|---|---|---|
      """;

  private static final Duration DEPLOY_PERIOD = Duration.ofHours(24);

  private static final class Throttled extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A policy and the words for it. */
  private record Said(String text, RetryPolicy policy) {}

  private static final Said ANY = new Said("", RetryPolicy.DEFAULT);
  private static final Said THRICE = new Said(
      "`every(5 s).attempts(3)`", RetryPolicy.every(Duration.ofSeconds(5)).attempts(3));
  private static final Said GIVING_UP =
      new Said("`….givingUpOn(Throttled)`", THRICE.policy().givingUpOn(Throttled.class));
  private static final Said ON_TYPE = new Said(
      "`….on(Throttled, every(5 min))`",
      THRICE.policy().on(Throttled.class, RetryPolicy.every(Duration.ofMinutes(5))));
  private static final Said WITHIN =
      new Said("`….within(6 h)`", THRICE.policy().within(Duration.ofHours(6)));
  private static final Said DEFERRALS =
      new Said("`….deferrals(10)`", RetryPolicy.DEFAULT.deferrals(10));
  private static final Said BY_EMPTY =
      new Said("`by(…)`, which is empty", RetryPolicy.by((attempt, error) -> Optional.empty()));
  private static final Said BY_FAULT =
      new Said("`by(…)`, which throws", RetryPolicy.by((attempt, error) -> {
        throw new IllegalStateException("no table");
      }));

  /** One row: how an attempt ended, and what is known of the job. */
  private record Row(String when, Outcome outcome, History history, Said said) {
    static Row of(String when, Outcome outcome) {
      return new Row(when, outcome, behind(Counters.FIRST), ANY);
    }

    Row after(Counters counters, Said policy) {
      return new Row(when, outcome, behind(counters), policy);
    }

    Row aged(Duration age, Said policy) {
      return new Row(when, outcome, new History(Counters.FIRST, age, Duration.ZERO), policy);
    }

    Row waited(Duration waited) {
      return new Row(when, outcome, new History(Counters.FIRST, null, waited), said);
    }
  }

  private static History behind(Counters counters) {
    return new History(counters, null, Duration.ZERO);
  }

  private static Counters attempt(int attempt) {
    return new Counters(attempt, 0, 0, 0, 0);
  }

  private static Counters deferrals(int deferrals) {
    return new Counters(1, 0, 0, 0, deferrals);
  }

  private static Counters returns(int returns, int crashes) {
    return new Counters(1, returns, crashes, 0, 0);
  }

  private static List<Row> rows() {
    Row failed = Row.of("failed, or beyond its time-out", new Outcome.Failed(new IOException()));
    Row throttled = Row.of("failed with `Throttled`", new Outcome.Failed(new Throttled()));
    Row deferred =
        Row.of("put off for a minute: “full”", new Outcome.Deferred(Duration.ofMinutes(1), "full"));
    Row unknown = Row.of("unknown: no handler", new Outcome.Unknown("mail.send"));
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of("done", new Outcome.Done()));
    rows.add(failed.after(attempt(2), THRICE));
    rows.add(failed.after(attempt(3), THRICE));
    rows.add(failed.after(new Counters(1, 5, 2, 20, 9), THRICE));
    rows.add(throttled.after(attempt(2), GIVING_UP));
    rows.add(throttled.after(attempt(2), ON_TYPE));
    rows.add(failed.aged(Duration.ofHours(6).minusSeconds(4), WITHIN));
    rows.add(failed.after(attempt(2), BY_EMPTY));
    rows.add(failed.after(attempt(2), BY_FAULT));
    rows.add(deferred.after(deferrals(9), DEFERRALS));
    rows.add(deferred.after(deferrals(10), DEFERRALS));
    rows.add(deferred.aged(Duration.ofHours(6), WITHIN));
    rows.add(Row.of("given up: “no account”", new Outcome.GaveUp("no account", null)));
    rows.add(Row.of("discarded", new Outcome.Discarded("cancelled")));
    rows.add(Row.of("interrupted by a stop", new Outcome.Interrupted()));
    rows.add(Row.of("expired", new Outcome.Expired(Instant.EPOCH)));
    rows.addAll(cameBack());
    rows.add(Row.of("may have run", new Outcome.MayHaveRun()));
    rows.add(Row.of("unreadable", new Outcome.Unreadable(new IOException())));
    rows.add(unknown);
    rows.add(unknown.waited(Duration.ofMinutes(2)));
    rows.add(unknown.waited(DEPLOY_PERIOD));
    rows.add(Row.of("unknown: no type", new Outcome.Unknown("")));
    rows.add(Row.of("newer than we read", new Outcome.Newer("its payload is version 3")));
    return rows;
  }

  private static List<Row> cameBack() {
    Row queue = Row.of("came back from its queue", new Outcome.CameBack(Whence.QUEUE));
    Row lane = Row.of("came back from its lane", new Outcome.CameBack(Whence.LANE));
    return List.of(
        queue,
        queue.after(returns(1, 0), ANY),
        lane.after(returns(2, 0), ANY),
        lane.after(returns(2, 2), ANY),
        Row.of(
                "came back from its lane, after a reconnect of this worker",
                new Outcome.CameBack(Whence.LANE_AFTER_OUR_RECONNECT))
            .after(returns(2, 0), ANY),
        Row.of(
                "came back from its lane, and another suspect is in hand",
                new Outcome.CameBack(Whence.LANE_BESIDE_A_SUSPECT))
            .after(returns(2, 1), ANY),
        Row.of("suspected, and another suspect is in hand", new Outcome.BesideASuspect())
            .after(returns(2, 1), ANY),
        Row.of("runs still in this worker, for nobody", new Outcome.StillRuns(Whence.QUEUE))
            .after(attempt(2), ANY),
        Row.of("the same, and came from its lane", new Outcome.StillRuns(Whence.LANE))
            .after(returns(2, 1), ANY));
  }

  @Test
  void table_isWhatTheCodeDecides() throws IOException {
    String page = Files.readString(PAGE);
    String written = page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
        + table()
        + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("errand.write")) {
      Files.writeString(PAGE, written);
    }

    assertThat(Files.readString(PAGE))
        .as("docs/worker.md; -Derrand.write=true writes it anew")
        .isEqualTo(written);
  }

  @Test
  void eachOutcome_hasARow() {
    Set<Class<?>> shown = new HashSet<>();
    rows().forEach(row -> shown.add(row.outcome().getClass()));

    assertThat(shown).containsExactlyInAnyOrder(Outcome.class.getPermittedSubclasses());
  }

  @Test
  void eachPlaceOfWhatCameBack_hasARow() {
    assertThat(cameBack().stream()
            .map(Row::outcome)
            .filter(Outcome.CameBack.class::isInstance)
            .map(outcome -> ((Outcome.CameBack) outcome).whence())
            .distinct())
        .containsExactlyInAnyOrder(Whence.values());
  }

  private static String table() {
    Decider decider = new Decider(() -> 0L, DEPLOY_PERIOD);
    return HEAD
        + rows().stream()
            .map(row -> line(
                row, decider.decide(row.outcome(), row.history(), row.said().policy())))
            .collect(joining());
  }

  private static String line(Row row, Disposition disposition) {
    return List.of(
            row.when(),
            history(row.history()),
            row.said().text(),
            words(disposition),
            counted(row.history().counters(), disposition))
        .stream()
        .collect(joining(" | ", "| ", " |\n"));
  }

  private static String history(History history) {
    Counters counters = history.counters();
    List<String> said = new ArrayList<>();
    if (counters.attempt() > 1) {
      said.add("attempt " + counters.attempt());
    }
    add(said, "returns", counters.returns());
    add(said, "crashes", counters.crashes());
    add(said, "interruptions", counters.interruptions());
    add(said, "deferrals", counters.deferrals());
    if (history.age() != null) {
      said.add(DurationText.of(history.age()) + " old");
    }
    if (!history.waited().isZero()) {
      said.add("has waited " + DurationText.of(history.waited()));
    }
    return String.join(", ", said);
  }

  private static void add(List<String> said, String what, int count) {
    if (count > 0) {
      said.add(what + " " + count);
    }
  }

  private static String words(Disposition disposition) {
    if (disposition instanceof Disposition.Again again) {
      return "again after " + DurationText.of(again.delay());
    } else if (disposition instanceof Disposition.Waits waits) {
      return "waits in its queue for " + DurationText.of(waits.delay());
    } else if (disposition instanceof Disposition.Dead dead) {
      return "dead: “" + dead.failure().reason() + "”";
    } else if (disposition instanceof Disposition.Returned back) {
      return "again at once, at the end of its " + place(back.place());
    } else if (disposition instanceof Disposition.Aside aside) {
      return "into its " + place(aside.place()) + " again after " + DurationText.of(aside.delay());
    }
    return "acknowledged";
  }

  private static String place(Disposition.Place place) {
    return place == Disposition.Place.LANE ? "lane" : "queue";
  }

  private static String counted(Counters before, Disposition disposition) {
    Counters after = countersOf(disposition);
    if (after == null) {
      return "";
    }
    List<String> moved = new ArrayList<>();
    moved(moved, "attempt", before.attempt(), after.attempt());
    moved(moved, "returns", before.returns(), after.returns());
    moved(moved, "crashes", before.crashes(), after.crashes());
    moved(moved, "interruptions", before.interruptions(), after.interruptions());
    moved(moved, "deferrals", before.deferrals(), after.deferrals());
    return String.join(", ", moved);
  }

  private static void moved(List<String> moved, String what, int before, int after) {
    if (before != after) {
      moved.add(what + " " + before + " → " + after);
    }
  }

  private static @Nullable Counters countersOf(Disposition disposition) {
    if (disposition instanceof Disposition.Again again) {
      return again.counters();
    } else if (disposition instanceof Disposition.Dead dead) {
      return dead.counters();
    } else if (disposition instanceof Disposition.Returned back) {
      return back.counters();
    } else if (disposition instanceof Disposition.Aside aside) {
      return aside.counters();
    }
    return null;
  }
}
