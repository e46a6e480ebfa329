package dev.errand.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import java.io.EOFException;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private static final RabbitAddress ADDRESS = RabbitAddress.parse("amqp://ann:opensesame@host");

  @Test
  void forGood_refusedLogin_isSo() {
    Exception refused = new AuthenticationFailureException("ACCESS_REFUSED");
    assertThat(Refusals.forGood(refused)).isTrue();
    assertThat(Refusals.ofConnection(refused, ADDRESS)).contains("credentials of user 'ann'");
  }

  @Test
  void forGood_socketThatEndsDuringTheLogin_isNot() {
    Exception ended = new PossibleAuthenticationFailureException(new EOFException("ended"));
    assertThat(Refusals.forGood(ended)).isFalse();
    assertThat(Refusals.ofConnection(ended, ADDRESS)).contains("could not be reached: ended");
  }
}
