"""The queue of what providers tell, where it may come again until our own row is there (requirement N3)."""

from collections.abc import Sequence
from itertools import batched

from loyalty.dynamo import service
from loyalty.settings import setting

A_CALL = 10
"""As many messages as a queue takes in one call."""


class NotQueuedError(RuntimeError):
    """The queue did not take everything; what it took is harmless to hand on again."""


def hand_on(bodies: Sequence[str]) -> None:
    """Put messages into the queue.

    Raises:
        NotQueuedError: if it did not take all of them.
    """
    for some in batched(bodies, A_CALL, strict=False):
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(some)]
        answer = service("sqs").send_message_batch(QueueUrl=setting("NOTICES_RECEIPTS_QUEUE_URL"), Entries=entries)
        if failed := answer.get("Failed"):
            raise NotQueuedError(f"{len(failed)} of {len(some)} messages could not be queued")
