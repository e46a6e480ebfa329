module consumer {
  requires dev.errand.worker;

  opens consumer;
}
