/**
 * A backend of a third party: a broker over the tables of a PostgreSQL database. Enter at
 * {@link dev.errand.examples.sql.SqlBrokerProvider}. One thread of each broker, that of
 * {@code Engine}, talks to the database; the rest hands it work and takes answers.
 */
@NullMarked
package dev.errand.examples.sql;

import org.jspecify.annotations.NullMarked;
