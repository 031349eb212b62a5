"""A mall's redemptions as events, delivered any number of times in any order, and who is to be asked because of them.

Who is due is computed here from what happened, by none of the product's rules.
"""

import json
import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.mall import TIME_ZONE, write_rows
from loyalty import account_store
from loyalty.accounts import open_account
from loyalty.clock import iso, local_day
from loyalty.surveys.running import Condition, Running, Trigger
from loyalty.types import MemberId, Status
from tests.functions.survey.published import publish
from tests.support import PROGRAMME

SAMPLES = Path(__file__).parents[2] / "events" / "samples"
COPIES, OF_A_HUNDRED = (1, 2, 3, 4, 5), (40, 30, 15, 10, 5)
"""How often an event is delivered, and how many of a hundred events so often."""
EVENTS_A_MEMBER = 8
MALFORMED_SHARE = 0.01
TENANTS, ASKING_TENANTS = 8, 4
SOME, HALF = 30, 50
"""How many of a hundred occasions the surveys ask."""
CHEAP, DEAR = 200, 5000
STATUSES = (*[Status.ACTIVE] * 16, Status.QUALIFYING, Status.FROZEN, Status.UNCLAIMED, Status.ERASED, None)
ASKABLE = {Status.ACTIVE, Status.QUALIFYING}

Detail = dict[str, Any]


@dataclass
class Plan:
    """What is sent, and what must come of it.

    Attributes:
        bodies: every message, in the order in which it is sent.
        due: for each member who is to be asked, the pairs of survey and instant it may be for.
        malformed: how often each malformed body is sent.
        heard: how many different events are well-formed.
    """

    name: str
    bodies: list[str] = field(default_factory=list)
    due: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    malformed: Counter[str] = field(default_factory=Counter)
    heard: int = 0

    def add(self, body: str, luck: random.Random) -> int:
        """Send a message once to five times; return how often."""
        (copies,) = luck.choices(COPIES, OF_A_HUNDRED)
        self.bodies += [body] * copies
        return copies


def plan(name: str, seed: int, events: int, now: datetime, *, a_member: int = EVENTS_A_MEMBER) -> Plan:
    """Furnish the mall with surveys and members of that name, and return what happens to them.

    Args:
        name: what everything of this plan is named after.
        seed: decides everything by chance.
        events: how many events happen.
        now: when they are heard.
        a_member: how many of them happen to a member, about.
    """
    luck, made = random.Random(seed), Plan(name)
    people = {f"{name}-member-{n:05d}": luck.choice(STATUSES) for n in range(events // a_member + 1)}
    _publish(name)
    _open_accounts(people, now)
    visits = _visits(luck, name, list(people), now)
    while made.heard < events * (1 - MALFORMED_SHARE):
        for event in next(visits):
            made.heard += 1
            made.add(_message(event), luck)
            survey = _survey_for(name, event, now)
            if survey and people[event["subject"]] in ASKABLE:
                made.due[event["subject"]].add((survey, event["time"]))
    for n in range(int(events * MALFORMED_SHARE)):
        body = WAYS_TO_BREAK[-1 - n % len(WAYS_TO_BREAK)](next(visits)[0])
        made.malformed[body] += made.add(body, luck)
    luck.shuffle(made.bodies)
    return made


def _publish(name: str) -> None:
    """Publish a survey of checkouts and, with a higher priority, one of rewards; each asks of this plan alone."""
    shops = tuple(f"{name}-shop-{n}" for n in range(ASKING_TENANTS))
    checkout = Trigger(
        ("PointsRedeemed", "CouponRedeemed"), (Condition("tenant_id", "in", shops),), sample_percent=SOME
    )
    dear = (Condition("reward_id", "eq", f"{name}-tea"), Condition("points", "gte", DEAR))
    reward = Trigger(("RewardHandedOver",), dear, delay_minutes=60, sample_percent=HALF)
    for kind, trigger, priority in (("checkout", checkout, 0), ("reward", reward, 5)):
        publish(Running(f"{name}-{kind}", f"{name}-{kind}", 1, "问卷", trigger=trigger, priority=priority))


def _open_accounts(people: dict[str, Status | None], now: datetime) -> None:
    today = local_day(now, TIME_ZONE)
    accounts = (open_account(MemberId(who), status, PROGRAMME, today) for who, status in people.items() if status)
    write_rows(account_store.table(), (account_store.to_row(account, PROGRAMME) for account in accounts))


def _survey_for(name: str, event: Detail, now: datetime) -> str | None:
    """Return the survey an event is an occasion for, by what the surveys above say in words."""
    data, member_id = event["data"], event["subject"]
    age = now - datetime.fromisoformat(event["time"])
    if event["origin"] == "import" or age > timedelta(hours=72):
        return None
    if event["type"] == "RewardHandedOver":
        survey, key, share = f"{name}-reward", f"one/{data['redemption_id']}", HALF
        fits = data["points"] >= DEAR
    else:
        receipt = data.get("receipt", data)
        survey, key, share = f"{name}-checkout", f"receipt/{data['tenant_id']}/{receipt.get('receipt_no')}", SOME
        fits = data["tenant_id"] in {f"{name}-shop-{n}" for n in range(ASKING_TENANTS)}
    drawn = zlib.crc32("\n".join((survey, member_id, key)).encode()) % 100
    return survey if fits and drawn < share else None


def _visits(luck: random.Random, name: str, people: list[str], now: datetime) -> Iterator[list[Detail]]:
    """Yield what members do, each time as the events that tell of it: no two visits at the same instant."""
    samples = {path.stem: json.loads(path.read_text())["detail"] for path in SAMPLES.glob("*.json")}
    number = 0
    while True:
        number += 1
        hours = luck.uniform(1, 40) if luck.random() < 0.95 else luck.uniform(100, 300)
        at = (now - timedelta(hours=hours)).replace(microsecond=0) + timedelta(milliseconds=number % 1000)
        envelope = {
            "subject": luck.choice(people),
            "time": iso(at),
            "recordedat": iso(now),
            "origin": "import" if luck.random() < 0.04 else "till",
        }
        told = _checkout(luck, name, number) if luck.random() < 0.7 else _reward(luck, name, number)
        yield [_told(luck, samples[sample], envelope, data) for sample, data in told]


def _checkout(luck: random.Random, name: str, number: int) -> list[tuple[str, Detail]]:
    """Points and up to two coupons, on one receipt."""
    receipt = {"tenant_id": f"{name}-shop-{luck.randrange(TENANTS)}", "receipt_no": f"A-{number}"}
    points: Detail = {"tenant_id": receipt["tenant_id"], "receipt": receipt, "entry_id": f"{name}-{number}"}
    coupons = [("CouponRedeemed.with_a_receipt", {**receipt, "coupon_ref": f"c-{n}"}) for n in range(luck.randrange(3))]
    return [("PointsRedeemed.purchase", points), *coupons]


def _reward(luck: random.Random, name: str, number: int) -> list[tuple[str, Detail]]:
    """Points for a reward that is handed over at once."""
    key = f"{name}-{number}"
    handed: Detail = {"redemption_id": key, "reward_id": f"{name}-tea", "points": luck.choice((CHEAP, DEAR))}
    return [("PointsRedeemed.redemption", {"entry_id": key}), ("RewardHandedOver.at_the_desk", handed)]


def _told(luck: random.Random, sample: Detail, envelope: Detail, data: Detail) -> Detail:
    return {**sample, **envelope, "id": str(UUID(int=luck.getrandbits(128))), "data": {**sample["data"], **data}}


def _message(detail: object) -> str:
    """Return an event as the bus's rule puts it into the queue."""
    return json.dumps({"version": "0", "source": "loyalty", "detail": detail})


def _with(**changes: Any) -> Callable[[Detail], str]:
    return lambda detail: _message({**detail, **changes})


def _with_data(**changes: Any) -> Callable[[Detail], str]:
    return lambda detail: _message({**detail, "data": {**detail["data"], **changes}})


def _without(name: str) -> Callable[[Detail], str]:
    return lambda detail: _message({key: value for key, value in detail.items() if key != name})


WAYS_TO_BREAK: tuple[Callable[[Detail], str], ...] = (
    lambda detail: _message(detail)[:-1],
    json.dumps,
    lambda detail: _message(json.dumps(detail)),
    lambda detail: json.dumps([detail]),
    *map(_without, ("id", "type", "time", "subject", "origin", "data", "mall")),
    _with(type="PointsStolen"),
    _with(type="PointsEarned"),
    _with(type=["PointsRedeemed"]),
    _with(id="../settings"),
    _with(id=7),
    _with(subject=""),
    _with(subject="member/1"),
    _with(time="soon"),
    _with(time="2026-11-21T10:30:00"),
    _with(time="0001-01-01T00:00:00+14:00"),
    _with(data=None),
    _with(source="\ud800"),
    _with(member_seq="1"),
    *(_with_data(points=points, off=points) for points in ("500", -1, 10**40, 5.5)),
)
"""Every way makes of any event a message that no consumer can use."""
