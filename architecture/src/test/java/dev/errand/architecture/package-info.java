/**
 * The rules that the main code of all modules keeps. Enter at
 * {@link dev.errand.architecture.ArchitectureTest}; the table of modules is in
 * {@link dev.errand.architecture.Modules}, and
 * {@link dev.errand.architecture.PlantedViolationsTest} proves that each rule sees what it forbids.
 */
@NullMarked
package dev.errand.architecture;

import org.jspecify.annotations.NullMarked;
