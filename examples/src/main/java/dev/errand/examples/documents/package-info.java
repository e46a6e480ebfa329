/**
 * A site takes uploads; a worker turns each into a PDF and mails it. Begin at {@code Documents},
 * which holds the task, the sender and the worker; {@code DocumentsCommand} is the command line
 * around them. Handlers run on several threads at once, so {@code PdfRenderer}, {@code Mailer} and
 * {@code Tally} are thread-safe.
 */
@NullMarked
package dev.errand.examples.documents;

import org.jspecify.annotations.NullMarked;
