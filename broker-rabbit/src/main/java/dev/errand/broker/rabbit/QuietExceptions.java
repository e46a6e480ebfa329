package dev.errand.broker.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.impl.StrictExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the reporting of losses to {@link Link}, which says each once; a callback that throws
 * closes its channel, and is a bug of ours.
 */
final class QuietExceptions extends StrictExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(QuietExceptions.class);

  @Override
  public void handleUnexpectedConnectionDriverException(
      Connection connection, Throwable exception) {
    LOG.debug("The connection failed.", exception);
  }

  @Override
  protected void log(String message, Throwable exception) {
    LOG.debug("{}", message, exception);
  }

  @Override
  protected void handleChannelKiller(Channel channel, Throwable exception, String what) {
    LOG.error(
        "{} failed unexpectedly; its channel is made again. Please report this.", what, exception);
    super.handleChannelKiller(channel, exception, what);
  }
}
