package dev.errand.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PdfRendererTest {
  @TempDir
  Path folder;

  @Test
  void text_inManyAlphabets_comesBackFromThePdf() throws IOException {
    String text = "Größe, naïveté\nΚαλημέρα κόσμε\nСъешь ещё этих булок\n∑ → ✓ €\n";

    assertThat(text(rendered("alphabets.md", text))).startsWith(text);
  }

  @Test
  void tabs_ofJavaCode_becomeSpacesUpToTheNextStop() throws IOException {
    assertThat(text(rendered("Tabs.java", "class A {\n\tint a;\n  \tint b;\n}\n")))
        .startsWith("class A {\n    int a;\n    int b;\n}\n");
  }

  @Test
  void longLine_ofManyRows_isWrappedAndNothingIsLost() throws IOException {
    String words =
        IntStream.range(0, 200).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
    String unbroken = "x".repeat(500);

    String extracted = text(rendered("long.md", words + "\n" + unbroken));

    assertThat(extracted.replaceAll("\\s", "")).startsWith(words.replace(" ", "") + unbroken);
    assertThat(extracted.lines()).allMatch(row -> row.length() <= 100);
  }

  @Test
  void character_withoutGlyph_isShownAsMissing() throws IOException {
    assertThat(text(rendered("chinese.md", "a 漢字 b \u0007 😀 end")))
        .startsWith("a \uFFFD\uFFFD b \uFFFD \uFFFD end");
  }

  @Test
  void text_ofManyLines_isPaginatedWithPageNumbers() throws IOException {
    String lines =
        IntStream.range(0, 200).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));

    Path pdf = rendered("many.md", lines);

    assertThat(pages(pdf)).isEqualTo(4);
    assertThat(text(pdf)).contains("line 0\n", "many.md   1 / 4", "line 199", "many.md   4 / 4");
  }

  @Test
  void emptyText_isOnePage() throws IOException {
    assertThat(pages(rendered("empty.md", ""))).isEqualTo(1);
  }

  @Test
  void sameJob_renderedTwice_isOnePdfAndNoLeftovers() throws IOException {
    assertThat(rendered("a.md", "a")).isEqualTo(rendered("a.md", "a"));
    try (Stream<Path> files = Files.list(folder.resolve("pdfs"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void file_thatIsNotText_isUnreadableAndLeavesNothing() throws IOException {
    Path image = Uploads.notText(folder);
    PdfRenderer renderer = new PdfRenderer(folder.resolve("pdfs"));

    assertThatThrownBy(() -> renderer.render(image, "job"))
        .isInstanceOf(UnreadableDocument.class)
        .hasMessage("holiday.md is not UTF-8 text, so no PDF was made of it; upload it as text");
    assertThat(folder.resolve("pdfs")).isEmptyDirectory();
  }

  private Path rendered(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return new PdfRenderer(folder.resolve("pdfs")).render(file, "job");
  }

  private static String text(Path pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf.toFile())) {
      return new PDFTextStripper().getText(document);
    }
  }

  private static int pages(Path pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf.toFile())) {
      return document.getNumberOfPages();
    }
  }
}
