"""A queue of Errand's, as a Python program declares it.

The names and arguments are Errand's own, so it does not matter who comes first. One that differs
would be refused: PRECONDITION_FAILED here, a TopologyException at the Java side.
"""


def declare(channel, queue):
    """Makes sure that a task's queue stands, and beside it what takes its dead letters."""
    kept = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}

    # Where the server puts what it can bring to no queue.
    channel.exchange_declare("errand.unroutable", "fanout", durable=True)
    channel.queue_declare("errand.unroutable", durable=True, arguments=kept)
    channel.queue_bind("errand.unroutable", "errand.unroutable")

    # The way from the queue to its dead letters, when the server itself moves a message.
    channel.exchange_declare(
        "errand.overflow",
        "direct",
        durable=True,
        arguments={"alternate-exchange": "errand.unroutable"},
    )
    channel.queue_declare(f"{queue}.dead", durable=True, arguments=kept)
    channel.queue_bind(f"{queue}.dead", "errand.overflow", routing_key=queue)

    channel.queue_declare(
        queue,
        durable=True,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": 100,
            "x-overflow": "reject-publish",
            "x-dead-letter-exchange": "errand.overflow",
            "x-dead-letter-routing-key": queue,
            "x-dead-letter-strategy": "at-least-once",
        },
    )
