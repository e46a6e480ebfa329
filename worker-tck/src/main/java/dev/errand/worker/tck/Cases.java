package dev.errand.worker.tck;

/** A group of cases, nested in the contract, with the bench of the case that runs. */
abstract class Cases {
  private final WorkerContract contract;

  Cases(WorkerContract contract) {
    this.contract = contract;
  }

  final Bench bench() {
    return contract.bench();
  }
}
