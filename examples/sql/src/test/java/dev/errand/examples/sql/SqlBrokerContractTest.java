package dev.errand.examples.sql;

import dev.errand.broker.tck.BrokerContract;
import dev.errand.broker.tck.kit.BackendFixture;

// @start region="contract"
/** The contract of a broker, over SQL. */
final class SqlBrokerContractTest extends BrokerContract {
  @Override
  protected BackendFixture openFixture() {
    return new SqlFixture();
  }
}
// @end
