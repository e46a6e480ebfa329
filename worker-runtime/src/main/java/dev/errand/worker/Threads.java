package dev.errand.worker;

import java.lang.reflect.InvocationTargetException;

/** What kind of threads run handlers: the one place that makes them, on whatever Java. */
enum Threads implements ThreadKind {
  /** One of the operating system's each. */
  PLATFORM {
    @Override
    public Thread make(String name, Runnable work) {
      Thread made = new Thread(work, name);
      made.setDaemon(true);
      return made;
    }
  },

  /** The JVM's own, from Java 21 on; this code is compiled for 17, which does not know them. */
  VIRTUAL {
    @Override
    public Thread make(String name, Runnable work) {
      try {
        Class<?> type = Class.forName("java.lang.Thread$Builder");
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        Object named = type.getMethod("name", String.class).invoke(builder, name);
        return (Thread) type.getMethod("unstarted", Runnable.class).invoke(named, work);
      } catch (InvocationTargetException failed) {
        throw new IllegalStateException("A virtual thread cannot be made.", failed.getCause());
      } catch (ReflectiveOperationException missing) {
        throw new IllegalStateException("This Java has no virtual threads.", missing);
      }
    }
  };

  private static final int FIRST_WITH_VIRTUAL = 21;

  /** Whether this Java has virtual threads, for good and not as a preview. */
  static boolean virtualOnes() {
    return Runtime.version().feature() >= FIRST_WITH_VIRTUAL;
  }
}
