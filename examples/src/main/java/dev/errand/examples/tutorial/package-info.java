/**
 * The files of the tutorial, each a region that the page shows. The page's reader has them in no
 * package. Handlers run on several threads at once.
 */
@NullMarked
package dev.errand.examples.tutorial;

import org.jspecify.annotations.NullMarked;
