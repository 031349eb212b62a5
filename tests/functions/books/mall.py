"""A mall whose clock tests set: movements of points as the ledger makes them, their events, counting and closing."""

import json
import random
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.books import daily, on_count, on_job
from functions.books.closings import Closing, latest
from functions.outbox import conversion
from loyalty import account_store, buckets, dynamo, ledger
from loyalty.accounts import Account, credit
from loyalty.buckets import DEBT, BucketKey, Leg
from loyalty.clock import day_of, iso, local_day, zone
from loyalty.earning.lines import PricedLine
from loyalty.entries import Cause, EntryKey, Reason
from loyalty.ledger import Decision, Loaded
from loyalty.types import Day, Kind, MemberId, Origin, Purse
from tests.support import PROGRAMME, Context

ZONE = "Asia/Shanghai"
NOON = datetime(2026, 11, 2, 12, tzinfo=zone(ZONE))
TENANT = "shoes"


@dataclass
class Patient(Context):
    """A run with time to spare."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        return 600_000


@dataclass
class Clock:
    """What every module takes for the present."""

    now: datetime = NOON

    @property
    def day(self) -> Day:
        """The mall-local day."""
        return local_day(self.now, ZONE)

    def tomorrow(self) -> None:
        """Go on to the same time of the next day."""
        self.now += timedelta(days=1)


def stand_at(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every module read this clock, however it imported `utc_now`."""
    for module in list(sys.modules.values()):
        name = getattr(module, "__name__", "")
        if name.startswith(("loyalty", "functions", "tests")) and hasattr(module, "utc_now"):
            monkeypatch.setattr(module, "utc_now", lambda: clock.now)


@dataclass
class Mall:
    """The mall and what happened in it."""

    clock: Clock
    queue: str
    numbers: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)

    def move(self, member: str, kind: Kind, make: Any, source: str = "", **facts: Any) -> None:
        """Make one movement by the ledger's own loop; `make` gives legs and reasons from the account."""
        self.numbers += 1
        key = EntryKey(source or f"test/{self.numbers}", str(kind))
        at = iso(self.clock.now)
        cause = Cause(key, kind, at, at, "till:shoes", Origin.TILL, "trace")

        def load(_certain: bool) -> Loaded[None]:
            return Loaded(account_store.read(MemberId(member), consistent=True), None, None)

        def decide(loaded: Loaded[None]) -> Decision:
            assert loaded.account is not None
            before = loaded.account.tidied(self.clock.day)
            legs, reasons = make(before)
            after = before.moved(legs)
            return Decision(after, tuple(legs), tuple(reasons), {"tier": after.rung.code}, facts)

        ledger.settle(cause, PROGRAMME, load, decide)

    def earn(self, member: str, points: int, fen: int, number: str, last: BucketKey, growth: int = 0) -> None:
        """Record a purchase that earned so many points, and growth value."""

        def make(account: Account) -> tuple[list[Leg], list[Reason]]:
            own = credit(account, Purse.POINTS, points, last, self.clock.day)
            more = credit(account, Purse.GROWTH, growth, BucketKey("991231"), self.clock.day) if growth else []
            lapsed = sum(leg.points for leg in own) - points
            told = [Reason("base", Purse.POINTS, points), Reason("growth", Purse.GROWTH, growth)]
            told += [Reason("lapsed", Purse.POINTS, lapsed)] if lapsed else []
            return [*own, *more], [reason for reason in told if reason.points]

        line = PricedLine("S-1", "shoes", 1, fen, fen, 1000, payable=True)
        facts: dict[str, Any] = {"lines": [line.plain()], "tenant_id": TENANT, "receipt_no": number}
        facts |= {"multiplier": 1000, "bucket": last}
        self.move(member, Kind.PURCHASE, make, f"receipt/{TENANT}/{number}", **facts, gross=fen, paid=fen)

    def use(self, member: str, points: int) -> None:
        """Redeem up to so many points."""

        def make(account: Account) -> tuple[list[Leg], list[Reason]]:
            held, day = account.held(Purse.POINTS), self.clock.day
            legs = buckets.spend_earliest_first(Purse.POINTS, held, points, day)
            return legs, [Reason("redeemed", Purse.POINTS, sum(leg.points for leg in legs))] if legs else []

        self.move(member, Kind.REDEEM, make, tenant_id=TENANT)

    def take_back(self, member: str, points: int, same: BucketKey) -> None:
        """Take earned points back, down into debt."""

        def make(account: Account) -> tuple[list[Leg], list[Reason]]:
            legs = buckets.take_back(Purse.POINTS, account.held(Purse.POINTS), points, same, self.clock.day)
            return legs, [Reason("taken_back", Purse.POINTS, -points)]

        self.move(member, Kind.REFUND, make)

    def lapse(self, member: str) -> None:
        """Let what is past its day lapse."""

        def make(account: Account) -> tuple[list[Leg], list[Reason]]:
            legs = buckets.lapse(Purse.POINTS, account.held(Purse.POINTS), self.clock.day)
            return legs, [Reason("expired", Purse.POINTS, sum(leg.points for leg in legs))] if legs else []

        self.move(member, Kind.EXPIRE, make)

    def adjust(self, member: str, points: int, last: BucketKey) -> None:
        """Correct by hand."""

        def make(_account: Account) -> tuple[list[Leg], list[Reason]]:
            leg = Leg(Purse.POINTS, last if points > 0 else DEBT, points)
            return [leg], [Reason("adjusted", Purse.POINTS, points)]

        self.move(member, Kind.ADJUST, make)

    def events(self) -> list[dict[str, Any]]:
        """Return the events of what moved since the last call, as they come from the bus."""
        rows = [dynamo.from_item(item) for item in dynamo.client().scan(TableName="ledger")["Items"]]
        fresh = [row for row in rows if (row["source"], row["movement"]) not in self.seen]
        self.seen |= {(row["source"], row["movement"]) for row in fresh}
        found = [event for row in fresh for event in conversion.of_ledger(row, "aurora")]
        return [event.model_dump(mode="json", exclude_none=True) for event in found]

    def close(self, as_of: Day | None = None, run: int = 1) -> Closing:
        """Run the schedule and everything it starts, and return the day's closing."""
        daily.handler({"as_of": _iso(as_of), "run": run} if as_of else {}, Context())  # type: ignore[arg-type]
        self.work()
        found = latest(Day("991231"))
        assert found is not None
        return found

    def work(self) -> None:
        """Take the segments that wait in the queue on, until none is left."""
        while messages := self.messages():
            records = [{"messageId": one["MessageId"], "body": one["Body"]} for one in messages]
            assert on_job.handler({"Records": records}, Patient()) == {"batchItemFailures": []}

    def messages(self) -> list[Mapping[str, Any]]:
        """Take what waits in the queue."""
        sqs = dynamo.service("sqs")
        found: list[Mapping[str, Any]] = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get(
            "Messages", []
        )
        for message in found:
            sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return found


def count(events: Iterable[Mapping[str, Any]], shuffle: random.Random | None = None) -> list[str]:
    """Deliver events in batches of ten; shuffled and twice where asked. Returns the messages that come back."""
    deliveries = list(events)
    if shuffle:
        deliveries = [*deliveries, *shuffle.sample(deliveries, len(deliveries) // 2)]
        shuffle.shuffle(deliveries)
    records = [{"messageId": str(n), "body": json.dumps({"detail": event})} for n, event in enumerate(deliveries)]
    failed: list[str] = []
    for first in range(0, len(records), 10):
        answer = on_count.handler({"Records": records[first : first + 10]}, Context())
        failed += [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    return failed


def bucket(clock: Clock, days: int) -> BucketKey:
    """The bucket of points that lapse so many days from the clock's day."""
    return BucketKey(day_of((clock.now + timedelta(days=days)).astimezone(zone(ZONE)).date()))


def account_total(purse: Purse = Purse.POINTS) -> int:
    """What all accounts hold less what they owe, now."""
    rows = dynamo.client().scan(TableName="accounts")["Items"]
    return sum(account_store.from_image(row).total(purse) for row in rows)


def _iso(day: Day) -> str:
    return f"20{day[:2]}-{day[2:4]}-{day[4:]}"
