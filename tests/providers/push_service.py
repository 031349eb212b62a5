"""A stand-in of a mall's own app push service, which checks the hooks it gets as Standard Webhooks has it."""

import base64
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.providers.serving import Asked, CutOffError, SilentError, Told, serving

SECRET = base64.b64encode(b"thirty-two bytes of the secret!!").decode()
TOLERANCE_SECONDS = 300


class PushService:
    """The service: what it pushed, and what it answers next where a test says so.

    Attributes:
        pushed: what reached the app, once for a message however often it was handed over.
        next: statuses it answers, or `silent`, `cut`; with `lost` it pushes, and its answer is cut off.
    """

    def __init__(self) -> None:
        self.address, self.next, self.asked = "", list[str](), list[Asked]()
        self.pushed: dict[str, Any] = {}
        self.retry_after: str | None = None

    def answer(self, asked: Asked) -> Told:
        """Answer a hook."""
        self.asked.append(asked)
        trouble = self.next.pop(0) if self.next else "204"
        if trouble == "silent":
            raise SilentError
        if trouble == "cut":
            raise CutOffError
        if not _is_signed(asked):
            return Told(401)
        if trouble in {"204", "lost"}:
            self.pushed.setdefault(asked.headers["webhook-id"], json.loads(asked.body))
        if trouble == "lost":
            raise CutOffError
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        return Told(int(trouble), b"", {**headers, "Location": f"{self.address}/elsewhere"})


@contextmanager
def push_service() -> Iterator[PushService]:
    """Let the service be there."""
    made = PushService()
    with serving(made.answer) as made.address:
        yield made


def _is_signed(asked: Asked) -> bool:
    headers = asked.headers
    if abs(datetime.now(UTC).timestamp() - int(headers["webhook-timestamp"])) > TOLERANCE_SECONDS:
        return False
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + asked.body
    expected = base64.b64encode(hmac.digest(base64.b64decode(SECRET), text, "sha256")).decode()
    return headers["webhook-signature"] == f"v1,{expected}"
