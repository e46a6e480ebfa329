/** Code that breaks the rules, each class one of them; nobody calls it. */
@NullMarked
package dev.errand.architecture.planted;

import org.jspecify.annotations.NullMarked;
