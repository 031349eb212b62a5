"""A real queue with its dead letters, and consumers that take from it as Lambda's poller does."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from loyalty import dynamo
from tests.proof.weather import Weather

CONSUMERS = 8
BATCH = 10
WAITING = 600
"""As many messages wait at most: whoever sends waits for those who take."""
DELIVERIES_BEFORE_GIVING_UP = 5
HIDDEN_SECONDS = 300
"""Longer than a batch takes on a busy machine: a message comes again because it was said to have failed."""

Consumer = Callable[[Sequence[Mapping[str, Any]]], list[str]]


@dataclass
class Queue:
    """A queue and its dead-letter queue, set up as `infra` does; no call on them is under the weather."""

    name: str
    url: str = field(init=False)
    dead_url: str = field(init=False)

    def __post_init__(self) -> None:
        sqs = dynamo.service("sqs")
        self.dead_url = sqs.create_queue(QueueName=f"{self.name}-failed")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self.dead_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": {DELIVERIES_BEFORE_GIVING_UP}}}'
        attributes = {"VisibilityTimeout": str(HIDDEN_SECONDS), "RedrivePolicy": redrive}
        self.url = sqs.create_queue(QueueName=self.name, Attributes=attributes)["QueueUrl"]

    def send(self, bodies: Sequence[str]) -> None:
        """Send up to ten messages."""
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
        assert not dynamo.service("sqs").send_message_batch(QueueUrl=self.url, Entries=entries).get("Failed")

    def take(self) -> list[dict[str, Any]]:
        """Receive up to ten messages."""
        answer = dynamo.service("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=BATCH)
        return list(answer.get("Messages", []))

    def settle(self, taken: Sequence[Mapping[str, Any]], failed: set[str]) -> None:
        """Delete what was done; what failed comes again at once, and not after its time."""
        sqs, done = dynamo.service("sqs"), list[dict[str, Any]]()
        for n, message in enumerate(taken):
            handle = {"ReceiptHandle": message["ReceiptHandle"]}
            if message["MessageId"] in failed:
                sqs.change_message_visibility(QueueUrl=self.url, VisibilityTimeout=0, **handle)
            else:
                done.append({"Id": str(n), **handle})
        if done:
            sqs.delete_message_batch(QueueUrl=self.url, Entries=done)

    def left(self) -> int:
        """Return how many messages wait, or are being worked on."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = dynamo.service("sqs").get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def dead(self) -> Counter[str]:
        """Empty the dead-letter queue; return how often each body lay there."""
        sqs, found = dynamo.service("sqs"), Counter[str]()
        while taken := sqs.receive_message(QueueUrl=self.dead_url, MaxNumberOfMessages=BATCH).get("Messages"):
            found.update(message["Body"] for message in taken)
            entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(taken)]
            sqs.delete_message_batch(QueueUrl=self.dead_url, Entries=entries)
        return found


def deliver(queue: Queue, bodies: Sequence[str], consume: Consumer, weather: Weather) -> int:
    """Send all messages while consumers take them, until none is left; return how many batches that took."""
    is_sent, room = threading.Event(), threading.Semaphore(WAITING // BATCH)

    def send() -> None:
        for some in batched(bodies, BATCH, strict=False):
            room.acquire()
            queue.send(some)
        is_sent.set()

    def work(number: int) -> int:
        weather.begin_thread(number)
        batches = 0
        while True:
            was_sent = is_sent.is_set()
            if taken := queue.take():
                records = [{"messageId": one["MessageId"], "body": one["Body"]} for one in taken]
                queue.settle(taken, set(consume(records)))
                room.release()
                batches += 1
            elif was_sent and not queue.left():
                return batches

    with ThreadPoolExecutor(CONSUMERS + 1) as threads:
        sender = threads.submit(send)
        workers = [threads.submit(work, number) for number in range(CONSUMERS)]
        sender.result()
        return sum(worker.result() for worker in workers)
