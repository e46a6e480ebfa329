#!/usr/bin/env python3
"""Enqueues one greeting: send.py ADDRESS [NAME], such as send.py amqp://guest:guest@localhost Ann"""

import json
import sys
import time
import uuid

import pika

import errand_queue

address, name = (sys.argv[1:] + ["world"])[:2]
job = str(uuid.uuid4())

connection = pika.BlockingConnection(pika.URLParameters(address))
channel = connection.channel()
# The server confirms what it has safely, and with mandatory=True returns what no queue takes:
# basic_publish then waits for its word, and raises NackError or UnroutableError.
channel.confirm_delivery()
errand_queue.declare(channel, "hello")
channel.basic_publish(
    exchange="",
    routing_key="hello",
    body=json.dumps({"name": name}).encode(),
    properties=pika.BasicProperties(
        type="hello.greet",  # the task's name
        message_id=job,  # the job's id, the same for each attempt
        content_type="application/json",
        delivery_mode=2,  # kept on disk
        priority=0,  # as from Java: unset ranks above 0 on RabbitMQ 4.3
        timestamp=int(time.time()),
    ),
    mandatory=True,
)
connection.close()
print(f"enqueued {job}: {name}")
