package dev.errand.worker;

import dev.errand.broker.Broker;
import dev.errand.broker.Delivery;
import dev.errand.broker.Receiver;
import dev.errand.broker.Subscription;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Brokers that do one thing otherwise than the SPI says, and all else as another does. */
final class Wrongly {
  /** What is answered to a call; null leaves it to the other. */
  @FunctionalInterface
  interface Answer {
    @Nullable
    Object to(Object[] args) throws Exception;
  }

  private Wrongly() {}

  /** One whose subscriptions answer this to a call of a method. */
  static Broker consuming(Broker real, String method, Answer answer) {
    return subscribing(
        real,
        receiver -> receiver,
        subscription -> instead(Subscription.class, subscription, method, answer));
  }

  /** One whose receivers hear this reason with each state. */
  static Broker telling(Broker real, String reason) {
    return subscribing(
        real,
        receiver -> new Receiver() {
          @Override
          public void receive(Delivery delivery) {
            receiver.receive(delivery);
          }

          @Override
          public void stateChanged(Subscription.State state, String theirs) {
            receiver.stateChanged(state, reason);
          }
        },
        subscription -> subscription);
  }

  /** One that hands over deliveries which answer this to a verb. */
  static Broker settling(Broker real, String verb, Answer answer) {
    return subscribing(
        real,
        receiver -> new Receiver() {
          @Override
          public void receive(Delivery delivery) {
            receiver.receive(instead(Delivery.class, delivery, verb, answer));
          }

          @Override
          public void stateChanged(Subscription.State state, String reason) {
            receiver.stateChanged(state, reason);
          }
        },
        subscription -> subscription);
  }

  private static Broker subscribing(
      Broker real, UnaryOperator<Receiver> receiver, UnaryOperator<Subscription> subscription) {
    return proxy(
        Broker.class,
        (self, method, args) -> method.getName().equals("subscribe")
            ? subscription.apply(real.subscribe(
                (String) args[0], (Integer) args[1], receiver.apply((Receiver) args[2])))
            : invoke(real, method, args));
  }

  static <T> T instead(Class<T> type, T real, String name, Answer answer) {
    return proxy(type, (self, method, args) -> {
      Object answered =
          method.getName().equals(name) ? answer.to(args == null ? new Object[0] : args) : null;
      return answered == null ? invoke(real, method, args) : answered;
    });
  }

  private static Object invoke(Object real, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(real, args);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(Wrongly.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
