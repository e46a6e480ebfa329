module consumer {
  requires dev.errand.guice;
  requires dev.errand.worker;

  opens consumer;
}
