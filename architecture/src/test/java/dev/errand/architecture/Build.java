package dev.errand.architecture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What the poms say of the modules. A module is published unless its pom sets
 * {@code maven.deploy.skip}.
 *
 * @param root the folder of the root pom
 * @param published the folders of the modules that are published as jars, in the build's order
 */
record Build(Path root, List<String> published) {
  private static final String BOM = "bom";

  static Build read(Path root) throws IOException {
    List<String> published = new ArrayList<>();
    for (String module : texts(pom(root), "module")) {
      Element pom = pom(root.resolve(module));
      if (!module.equals(BOM) && !texts(pom, "maven.deploy.skip").equals(List.of("true"))) {
        published.add(module);
      }
    }
    return new Build(root, List.copyOf(published));
  }

  /** Modules that are published and not in the BOM, and the other way round: one line for each. */
  List<String> differencesFromBom() throws IOException {
    Set<String> wanted = new TreeSet<>();
    for (String module : published) {
      wanted.add(artifactOf(pom(root.resolve(module))));
    }
    Set<String> managed = new TreeSet<>();
    NodeList dependencies = pom(root.resolve(BOM)).getElementsByTagName("dependency");
    for (int i = 0; i < dependencies.getLength(); i++) {
      managed.add(artifactOf((Element) dependencies.item(i)));
    }
    return Stream.concat(
            wanted.stream()
                .filter(artifact -> !managed.contains(artifact))
                .map(artifact -> artifact + " is published and not in bom/pom.xml; add it, or set"
                    + " maven.deploy.skip in its pom"),
            managed.stream()
                .filter(artifact -> !wanted.contains(artifact))
                .map(artifact -> artifact + " is in bom/pom.xml and not published"))
        .toList();
  }

  private static Element pom(Path folder) throws IOException {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(folder.resolve("pom.xml").toFile())
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("cannot read the pom in " + folder, e);
    }
  }

  /** Its own, not that of its parent or of what it depends on. */
  private static String artifactOf(Element element) {
    return children(element)
        .filter(child -> child.getNodeName().equals("artifactId"))
        .map(child -> child.getTextContent().strip())
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Node> children(Element element) {
    NodeList children = element.getChildNodes();
    return IntStream.range(0, children.getLength()).mapToObj(children::item);
  }

  private static List<String> texts(Element pom, String tag) {
    NodeList found = pom.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent().strip())
        .toList();
  }
}
