package dev.errand.distribution;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of HTML pages that link to each other. A link that leaves the folder through a protocol
 * is not followed.
 *
 * @param root the folder
 * @param pages each file of the folder, with the anchors in it; none for what is not HTML
 */
record Site(Path root, Map<Path, Set<String>> pages) {
  private static final Pattern LINK = Pattern.compile("\\b(?:href|src)=\"([^\"]*)\"");
  private static final Pattern ANCHOR = Pattern.compile("\\b(?:id|name)=\"([^\"]*)\"");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

  static Site read(Path root) throws IOException {
    Map<Path, Set<String>> pages = new HashMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        pages.put(
            file.normalize(), isHtml(file) ? found(ANCHOR, Files.readString(file)) : Set.of());
      }
    }
    return new Site(root, Map.copyOf(pages));
  }

  /** Links to a page or an anchor that is not there: one line for each, sorted. */
  List<String> brokenLinks() throws IOException {
    Set<String> broken = new TreeSet<>();
    for (Path page : pages.keySet()) {
      if (isHtml(page)) {
        for (String link : linksOf(page)) {
          if (!leadsSomewhere(page, link)) {
            broken.add("%s links to %s".formatted(root.normalize().relativize(page), link));
          }
        }
      }
    }
    return List.copyOf(broken);
  }

  /** How many different links its pages have to pages of the site. */
  int links() throws IOException {
    int links = 0;
    for (Path page : pages.keySet()) {
      links += isHtml(page) ? linksOf(page).size() : 0;
    }
    return links;
  }

  private static Set<String> linksOf(Path page) throws IOException {
    Set<String> links = found(LINK, Files.readString(page));
    links.removeIf(link -> ELSEWHERE.matcher(link).matches());
    return links;
  }

  private boolean leadsSomewhere(Path page, String link) {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    String anchor = hash < 0 ? "" : decoded(link.substring(hash + 1));
    Path target = file.isEmpty() ? page : page.resolveSibling(decoded(file)).normalize();
    Set<String> anchors = pages.get(target);
    return anchors != null && (anchor.isEmpty() || anchors.contains(anchor));
  }

  private static Set<String> found(Pattern pattern, String html) {
    Set<String> found = new TreeSet<>();
    pattern.matcher(html).results().forEach(match -> found.add(plain(match.group(1))));
    return found;
  }

  private static String plain(String attribute) {
    return attribute.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static boolean isHtml(Path file) {
    return file.toString().endsWith(".html");
  }
}
