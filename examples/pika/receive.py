#!/usr/bin/env python3
"""Prints greetings until Ctrl-C: receive.py ADDRESS, such as receive.py amqp://guest:guest@localhost"""

import json
import sys

import pika

import errand_queue


def greet(payload, attempt):
    print(f"hello, {payload['name']} (attempt {attempt})", flush=True)


def on_job(channel, method, properties, body):
    """Runs one job, then settles it: what is not settled comes again, so a job can run twice."""
    headers = properties.headers or {}
    try:
        # Other tasks, and newer formats, may come through the same queue.
        if properties.type != "hello.greet" or headers.get("errand-format", 1) > 1:
            raise ValueError(f"no handler for task {properties.type}")
        # Without the header it is the first attempt. Later ones are counted by the Java worker.
        greet(json.loads(body), headers.get("errand-attempt", 1))
    except Exception as error:
        # Retries are the Java worker's. Refused without requeue, the server moves it to hello.dead.
        print(f"gave up on {properties.message_id}: {error!r}", file=sys.stderr, flush=True)
        channel.basic_reject(method.delivery_tag, requeue=False)
    else:
        # Only now: what a dying process leaves unacknowledged is delivered again.
        channel.basic_ack(method.delivery_tag)


connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
channel = connection.channel()
errand_queue.declare(channel, "hello")
channel.basic_qos(prefetch_count=16)  # at most so many jobs in hand
channel.basic_consume("hello", on_job)
print("waiting for greetings; Ctrl-C ends it", flush=True)
try:
    # The server's heartbeats are answered between jobs: one of a minute or more needs a thread.
    channel.start_consuming()
except KeyboardInterrupt:
    connection.close()  # what is in hand goes back to the queue
