/**
 * What the contract of a broker and the contract of a worker share. A backend implements one
 * {@link dev.errand.broker.tck.kit.BackendFixture} and runs both kits with it;
 * {@link dev.errand.broker.tck.kit.Column} writes down what came of each case, and a case works
 * with a {@link dev.errand.broker.tck.kit.Workbench}, to which each kit adds its own.
 */
@NullMarked
package dev.errand.broker.tck.kit;

import org.jspecify.annotations.NullMarked;
