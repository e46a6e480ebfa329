package dev.errand.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteTest {
  @Test
  void brokenLinks_ofASite_areThoseToAPageOrAnAnchorThatIsNotThere(@TempDir Path root)
      throws IOException {
    Files.createDirectories(root.resolve("deep"));
    Files.writeString(root.resolve("style.css"), "a {}");
    Files.writeString(root.resolve("index.html"), """
        <link href="style.css"><h1 id="top">Top</h1> <a href="#top">x</a> <a href="https://example.org/gone">x</a>
        <a href="deep/page.html#map(java.util.List%3CT%3E)">x</a> <a href="deep/page.html#none">x</a>
        <a href="gone.html">x</a> <script src="gone.js"></script>
        """);
    Files.writeString(root.resolve("deep/page.html"), """
        <section id="map(java.util.List&lt;T&gt;)"><a href="../index.html#top">x</a> <a href="index.html">x</a>
        """);

    Site site = Site.read(root);

    assertThat(site.links()).isEqualTo(8);
    assertThat(site.brokenLinks())
        .containsExactly(
            "deep/page.html links to index.html",
            "index.html links to deep/page.html#none",
            "index.html links to gone.html",
            "index.html links to gone.js");
  }
}
