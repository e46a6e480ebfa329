package dev.errand.examples.documents;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/**
 * Turns text files into PDFs of A4 pages, in a font that travels with each of them. Thread-safe.
 */
public final class PdfRenderer implements Renderer {
  private static final String FONT = "/net/sf/jasperreports/fonts/dejavu/DejaVuSansMono.ttf";
  private static final float SIZE = 9;
  private static final float LEADING = 11.5f;
  private static final float MARGIN = 48;
  private static final PDRectangle PAPER = PDRectangle.A4;
  // Every glyph of this font is 0.602 of its size wide.
  private static final int COLUMNS = (int) ((PAPER.getWidth() - 2 * MARGIN) / (SIZE * 0.6021f));
  private static final int ROWS = (int) ((PAPER.getHeight() - 2 * MARGIN) / LEADING);

  private final Path folder;
  private final byte[] font;

  /** Renders into a folder, which is made if it is not there. */
  public PdfRenderer(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    try (InputStream stream = PdfRenderer.class.getResourceAsStream(FONT)) {
      font = Objects.requireNonNull(stream, FONT).readAllBytes();
    }
  }

  @Override
  public Path render(Path file, String job) throws IOException {
    String text = read(file);
    Path part = Files.createTempFile(folder, "rendering-", ".part");
    try {
      write(file.getFileName().toString(), text, part);
      // In one step: whoever looks into the folder sees a whole PDF or none.
      return Files.move(part, pdf(file, job), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private Path pdf(Path file, String job) {
    return folder.resolve(file.getFileName() + "-" + job + ".pdf");
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new UnreadableDocument(file, e);
    }
  }

  private void write(String title, String text, Path pdf) throws IOException {
    // PDFBox closes the parsed font with the document, so each document parses its own.
    TrueTypeFont glyphs = new TTFParser().parse(new RandomAccessReadBuffer(font));
    CmapLookup codes = glyphs.getUnicodeCmapLookup();
    try (PDDocument document = new PDDocument()) {
      PDFont embedded = PDType0Font.load(document, glyphs, true);
      Typesetting typesetting = new Typesetting(COLUMNS, ROWS, c -> codes.getGlyphId(c) != 0);
      List<List<String>> pages = typesetting.pages(text);
      for (int i = 0; i < pages.size(); i++) {
        String footer = title + "   " + (i + 1) + " / " + pages.size();
        addPage(document, embedded, pages.get(i), typesetting.drawn(footer));
      }
      document.save(pdf.toFile());
    }
  }

  private static void addPage(PDDocument document, PDFont font, List<String> rows, String footer)
      throws IOException {
    PDPage page = new PDPage(PAPER);
    document.addPage(page);
    try (PDPageContentStream content = new PDPageContentStream(document, page)) {
      content.beginText();
      content.setFont(font, SIZE);
      content.setLeading(LEADING);
      content.newLineAtOffset(MARGIN, PAPER.getHeight() - MARGIN - SIZE);
      for (String row : rows) {
        content.showText(row);
        content.newLine();
      }
      content.endText();
      content.beginText();
      content.newLineAtOffset(MARGIN, MARGIN / 2);
      content.showText(footer);
      content.endText();
    }
  }
}
