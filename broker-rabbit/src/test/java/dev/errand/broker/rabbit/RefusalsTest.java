package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private static final RabbitAddress ADDRESS =
      RabbitAddress.parse("amqp://ann:planted-opensesame@host");

  @Test
  void forGood_refusedLogin_isSo() {
    Exception refused = new AuthenticationFailureException("ACCESS_REFUSED");
    assertThat(Refusals.forGood(refused)).isTrue();
    assertThat(Refusals.ofConnection(refused, ADDRESS).what())
        .contains("credentials of user 'ann'");
  }

  @Test
  void forGood_socketThatEndsDuringTheLogin_isNot() {
    Exception ended = new PossibleAuthenticationFailureException(new EOFException("ended"));
    assertThat(Refusals.forGood(ended)).isFalse();
    assertThat(Refusals.ofConnection(ended, ADDRESS).what())
        .contains("could not be reached: ended");
  }

  @Test
  void consumer_lostByTheServersTimeout_namesTheParameter_andWhatItIsTakenFor() {
    Exception late = new IOException("PRECONDITION_FAILED - delivery acknowledgement on channel 1"
        + " timed out. Timeout value used: 10000 ms");
    assertThat(Refusals.ofConsumer("jobs", late, ADDRESS.settings().consumerTimeout()))
        .hasToString("Queue 'jobs' cannot be consumed: " + late.getMessage()
            + ". Give jobs longer by the server's consumer_timeout, or let the prefetch be smaller;"
            + " and where it is not 30 min, say so in the address, by ?consumer-timeout=TIME.");
  }
}
