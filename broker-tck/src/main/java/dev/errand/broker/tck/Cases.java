package dev.errand.broker.tck;

/** A group of cases, nested in the contract, with the bench of the case that runs. */
abstract class Cases {
  private final BrokerContract contract;

  Cases(BrokerContract contract) {
    this.contract = contract;
  }

  final Bench bench() {
    return contract.bench();
  }
}
