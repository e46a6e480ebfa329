package dev.errand.examples.routing;

import java.util.List;

/** What happened: somebody uploaded a file. */
record Upload(String file, String kind, String size, String language) {
  /** Chosen so that each binding lets in some and not others. */
  static final List<Upload> TEN = List.of(
      new Upload("menu.png", "image", "small", "fr"),
      new Upload("poster.jpg", "image", "large", "de"),
      new Upload("sign.jpg", "image", "small", "en"),
      new Upload("letter.txt", "text", "small", "en"),
      new Upload("manual.md", "text", "large", "de"),
      new Upload("novel.epub", "text", "large", "fr"),
      new Upload("speech.mp3", "audio", "large", "en"),
      new Upload("jingle.mp3", "audio", "small", "fr"),
      new Upload("trailer.mp4", "video", "large", "en"),
      new Upload("lesson.mp4", "video", "small", "de"));
}
