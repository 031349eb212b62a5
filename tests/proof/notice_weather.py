"""Weather for broadcasts: processes end at any call, and rows that were written a moment ago are not there yet."""

import time
from bisect import bisect_right
from random import Random
from typing import Any
from urllib.parse import parse_qs

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from functions.notices.messages import outgoing
from tests.functions.members.faults import KilledError
from tests.proof.weather import ENDPOINT, Fault, Weather

KILLED_SHARE, UNSEEN_SHARE = 0.001, 0.15
"""How often a process ends at a call, and a row of notices is not there yet for a reading that may lag."""


class NoticeWeather(Weather):
    """Weather in which processes end, and which knows when each sender looked at a message for the last time.

    Attributes:
        listed: segments so large that their pages come from here: the local cloud sorts a whole segment for each page,
            and takes seconds where DynamoDB takes milliseconds. Nobody enters or leaves a segment on this evening.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.kills = 0
        self.looked: dict[tuple[str, str], float] = {}
        self.listed: dict[str, list[str]] = {}

    def begin_thread(self, number: int, *, calm: bool = False) -> None:
        """Give the calling thread its own luck; a calm one meets no faults."""
        super().begin_thread(number)
        self._mine.calm = calm

    def _before_call(self, model: Any, params: Any, **more: Any) -> Any:
        self._perhaps_kill()
        answer = super()._before_call(model, params, **more)
        return answer or self._page_of(self._mine.request)

    def _page_of(self, request: Any) -> tuple[AWSResponse, Any] | None:
        """Return a page of a large segment, as DynamoDB would."""
        asked = request.get("ExpressionAttributeValues", {}).get(":segment", {}).get("S")
        if asked not in self.listed:
            return None
        after = request.get("ExclusiveStartKey", {}).get("kind", {}).get("S", "")
        first = bisect_right(self.listed[asked], after)
        page = self.listed[asked][first : first + request["Limit"]]
        more = first + len(page) < len(self.listed[asked])
        parsed = {
            "Items": [{"kind": {"S": one}} for one in page],
            "ResponseMetadata": {"HTTPStatusCode": 200},
            **({"LastEvaluatedKey": {"campaign_id": {"S": asked}, "kind": {"S": page[-1]}}} if more else {}),
        }
        return AWSResponse(ENDPOINT, 200, HTTPHeaders(), None), parsed

    def _pick(self, luck: Random, operation: str) -> Fault | None:
        return None if self._mine.calm else super()._pick(luck, operation)

    def _before_send(self, request: Any, **more: Any) -> None:
        if self._mine.operation == "BatchGetItem":
            self._mine.looked = time.monotonic()
        super()._before_send(request, **more)

    def _after_call(self, parsed: dict[str, Any], **more: Any) -> None:
        self._perhaps_kill()
        super()._after_call(parsed, **more)

    def _perhaps_kill(self) -> None:
        if not self._mine.calm and self._mine.luck.random() < KILLED_SHARE:
            with self._lock:
                self.kills += 1
            raise KilledError

    def _age_all(self, asked: Any, found: dict[str, Any]) -> None:
        super()._age_all(asked, found)
        table = outgoing.table()
        if table in asked and not asked[table].get("ConsistentRead"):
            found[table] = [item for item in found.get(table, []) if self._mine.luck.random() >= UNSEEN_SHARE]

    def note_sending(self, request: Any, **_: Any) -> None:
        """Keep when the calling sender had looked at what it sends now."""
        form = parse_qs(request.body.decode() if isinstance(request.body, bytes) else request.body)
        to = form.get("PhoneNumber") or form["Destination.ToAddresses.member.1"]
        text = form.get("Message") or form["Message.Body.Text.Data"]
        self.looked[to[0], text[0]] = self._mine.looked
