package dev.errand.worker.tck;

import dev.errand.broker.Message;
import dev.errand.broker.Publication;
import dev.errand.broker.Route;
import dev.errand.codec.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Ways to get a job's copy wrong. */
final class WrongCopy {
  private WrongCopy() {}

  static Publication atOnce(Publication copy) {
    return copy.after(Duration.ZERO);
  }

  /** By a step, at least. */
  static Publication tooSoon(Publication copy) {
    return copy.after(copy.delay().multipliedBy(2).dividedBy(5));
  }

  /** Written anew, so that a body loses the blanks around it. */
  static Publication trimmed(Publication copy) {
    Message message = copy.message();
    byte[] body =
        new String(message.body(), StandardCharsets.UTF_8).trim().getBytes(StandardCharsets.UTF_8);
    return with(anew(message.id(), body, message), copy);
  }

  static Publication ofAnotherJob(Publication copy) {
    Message message = copy.message();
    return with(anew(message.id() + "+", message.body(), message), copy);
  }

  private static Message anew(String id, byte[] body, Message message) {
    return Message.of(id, body)
        .type(message.type())
        .contentType(message.contentType())
        .correlationId(message.correlationId())
        .headers(message.headers())
        .build();
  }

  static Publication withoutFirstFailure(Publication copy) {
    Object last = copy.message().headers().get(WireFormat.FAILURE_LAST_AT);
    return with(copy.message().copy().header(WireFormat.FAILURE_FIRST_AT, last).build(), copy);
  }

  static Publication withAllOfTheStack(Publication copy) {
    return copy.message().headers().containsKey(WireFormat.FAILURE_STACK)
        ? with(
            copy.message()
                .copy()
                .header(WireFormat.FAILURE_STACK, "x".repeat(10_000_000))
                .build(),
            copy)
        : copy;
  }

  static Publication withoutWaitingSince(Publication copy) {
    return with(copy.message().copy().header(WireFormat.WAITING_SINCE, null).build(), copy);
  }

  static Publication withoutReturns(Publication copy) {
    return with(copy.message().copy().header(WireFormat.RETURNS, null).build(), copy);
  }

  static Publication withAHeaderMore(Publication copy) {
    return with(copy.message().copy().header("added", "by a handler").build(), copy);
  }

  static Publication afreshAtTheSecond(Publication copy) {
    return copy.message().headers().containsKey(WireFormat.ATTEMPT)
        ? copy
        : with(copy.message().copy().header(WireFormat.ATTEMPT, 2).build(), copy);
  }

  static Publication countingInterruptions(Publication copy) {
    Message message = copy.message();
    int attempt = WireFormat.count(message, WireFormat.ATTEMPT, 1)
        + WireFormat.count(message, WireFormat.INTERRUPTIONS, 0);
    return with(message.copy().header(WireFormat.ATTEMPT, attempt).build(), copy);
  }

  static Publication countingReturns(Publication copy) {
    Message message = copy.message();
    int attempt = WireFormat.count(message, WireFormat.ATTEMPT, 1)
        + WireFormat.count(message, WireFormat.RETURNS, 0);
    return with(message.copy().header(WireFormat.ATTEMPT, attempt).build(), copy);
  }

  static Publication countingCrashesTwice(Publication copy) {
    int crashes = WireFormat.count(copy.message(), WireFormat.CRASHES, 0);
    return crashes == 0
        ? copy
        : with(copy.message().copy().header(WireFormat.CRASHES, crashes + 1).build(), copy);
  }

  static Publication intoTheLaneAtOnce(Publication copy) {
    boolean back = WireFormat.count(copy.message(), WireFormat.RETURNS, 0) == 1;
    return back && copy.route() instanceof Route.ToQueue home
        ? new Publication(
            copy.message(), Route.queue(WireFormat.laneOf(home.queue())), copy.delay())
        : copy;
  }

  static Publication countingDeferrals(Publication copy) {
    Message message = copy.message();
    int attempt = WireFormat.count(message, WireFormat.ATTEMPT, 1)
        + WireFormat.count(message, WireFormat.DEFERRALS, 0);
    return with(message.copy().header(WireFormat.ATTEMPT, attempt).build(), copy);
  }

  static Publication neverExpiring(Publication copy) {
    return with(copy.message().copy().header(WireFormat.EXPIRES_AT, null).build(), copy);
  }

  /** Said to have been enqueued at the end of all time. */
  static Publication ageless(Publication copy) {
    return with(
        copy.message().copy().header(WireFormat.ENQUEUED_AT, Long.MAX_VALUE).build(), copy);
  }

  private static Publication with(Message message, Publication copy) {
    return new Publication(message, copy.route(), copy.delay());
  }
}
