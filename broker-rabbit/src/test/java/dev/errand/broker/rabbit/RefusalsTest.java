package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import java.io.EOFException;
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
}
