package dev.errand.broker.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.ShutdownListener;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** Channels of no server: what all of them were asked, and who was given to the last. */
final class StandInChannels {
  /** The names of the methods, in order. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  private final AtomicReference<Consumer> consumer = new AtomicReference<>();
  private final AtomicReference<ShutdownListener> listener = new AtomicReference<>();

  Channel open() {
    return (Channel) Proxy.newProxyInstance(
        Channel.class.getClassLoader(), new Class<?>[] {Channel.class}, (self, method, given) -> {
          asked.add(method.getName());
          if (method.getName().equals("basicConsume")) {
            consumer.set((Consumer) given[2]);
            return "tag";
          } else if (method.getName().equals("addShutdownListener")) {
            listener.set((ShutdownListener) given[0]);
          }
          return null;
        });
  }

  Consumer consumer() {
    return Objects.requireNonNull(consumer.get(), "nobody consumes");
  }

  ShutdownListener listener() {
    return Objects.requireNonNull(listener.get(), "nobody listens");
  }
}
