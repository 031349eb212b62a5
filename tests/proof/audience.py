"""Members of a segment that a broadcast goes to, in every state that decides about it, and what becomes of each.

What is to become of somebody is written beside what is known of them, by none of the product's rules.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.mall import write_rows
from functions.notices.messages import addresses, outgoing
from functions.notices.messages.message import Why
from functions.notices.templates.words import Channel
from loyalty import account_store, identity, ledger, memberships
from loyalty.clock import iso
from loyalty.types import Kind as EntryKind

HABIT = 12
"""The hour at which those usually buy who let us look."""
Fate = Channel | Why
"""Through which channel somebody hears, or why they hear nothing."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of member.

    Attributes:
        of_a_hundred: how many members of a hundred are of it.
        fate: what is to become of them.
        agrees: to marketing; None: nobody ever asked them.
        refuses: channels on which they refuse marketing.
        hours_ago: when they had marketing messages before, of two a week.
        has_habit: whether they usually buy at `HABIT` and let us look.
        phone, email: whether they have one; `phone_is_dead`: whether it did not work before.
    """

    of_a_hundred: int
    fate: Fate
    status: str | None = "active"
    agrees: bool | None = True
    refuses: tuple[Channel, ...] = ()
    hours_ago: tuple[int, ...] = ()
    has_habit: bool = False
    phone: bool = True
    email: bool = False
    phone_is_dead: bool = False


KINDS = (
    Kind(8, Channel.SMS),
    Kind(2, Channel.SMS, has_habit=True),
    Kind(3, Channel.SMS, hours_ago=(50,)),
    Kind(2, Channel.SMS, hours_ago=(200, 190)),
    Kind(1, Channel.SMS, status="qualifying"),
    Kind(2, Channel.EMAIL, refuses=(Channel.SMS,), email=True),
    Kind(1, Channel.EMAIL, phone_is_dead=True, email=True),
    Kind(1, Channel.EMAIL, phone=False, email=True),
    Kind(12, Why.WEEKLY_CAP, hours_ago=(20, 100)),
    Kind(34, Why.NO_CONSENT, agrees=None),
    Kind(10, Why.NO_CONSENT, agrees=False),
    Kind(5, Why.OPTED_OUT, refuses=(Channel.SMS, Channel.EMAIL), email=True),
    Kind(2, Why.NO_ADDRESS, phone=False),
    Kind(1, Why.UNREACHABLE, phone_is_dead=True),
    *(Kind(4, Why.STATUS, status=status) for status in ("frozen", "unclaimed", "erased", None)),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the segment, and when they had marketing messages before."""

    number: int
    kind: Kind
    before: tuple[str, ...]

    @property
    def member_id(self) -> str:
        """Their id."""
        return f"m-{self.number:06d}"

    @property
    def phone(self) -> str:
        """Their phone, where they have one."""
        return f"+86138{self.number:08d}"

    @property
    def email(self) -> str:
        """Their address, where they have one."""
        return f"m{self.number}@example.com"


def gather(segments: Mapping[str, int], seed: int, now: datetime) -> list[Person]:
    """Furnish the mall with members; return all of them.

    Args:
        segments: how many of them, from the first, are in each segment.
        seed: decides who is of which sort.
        now: when the first message goes out.
    """
    luck, weights = random.Random(f"audience/{seed}"), [kind.of_a_hundred for kind in KINDS]
    kinds = luck.choices(KINDS, weights, k=max(segments.values()) - len(KINDS)) + list(KINDS)
    luck.shuffle(kinds)
    people = [
        Person(n, kind, tuple(iso(now - timedelta(hours=ago)) for ago in kind.hours_ago))
        for n, kind in enumerate(kinds)
    ]
    write_rows(account_store.table(), _accounts(people))
    write_rows(identity.table(), _known(people))
    write_rows(outgoing.table(), _noted(people))
    write_rows(ledger.table(), _purchases(people, now))
    for segment, size in segments.items():
        rows = (memberships.member_key(segment, one.member_id) for one in people[:size])
        write_rows(memberships.table(), ({**row} for row in rows))
    return people


def _accounts(people: list[Person]) -> Iterator[Row]:
    for one in people:
        if one.kind.status:
            yield {"member_id": one.member_id, "status": one.kind.status, "version": 1}


def _known(people: list[Person]) -> Iterator[Row]:
    """Yield profiles and agreements."""
    for one in people:
        phone = {"phone": one.phone} if one.kind.phone else {}
        email = {"email": one.email} if one.kind.email else {}
        yield {"member_id": one.member_id, "kind": "profile", "name": "x", **phone, **email}
        if one.kind.agrees is not None:
            agreed = {"marketing": {"granted": one.kind.agrees}, "profiling": {"granted": one.kind.has_habit}}
            yield {"member_id": one.member_id, "kind": "consent", **agreed}


def _noted(people: list[Person]) -> Iterator[Row]:
    """Yield what notices know of members: refusals, what does not work, what went before."""
    for one in people:
        if one.kind.refuses or one.before or one.kind.phone_is_dead:
            dead = {"sms": addresses.address_digest(Channel.SMS, one.phone)} if one.kind.phone_is_dead else {}
            refused = [f"{channel}/marketing" for channel in one.kind.refuses]
            known = {"version": 1, "opted_out": refused, "recent": sorted(one.before), "dead": dead}
            yield {**outgoing.member_key(one.member_id), **known}


def _purchases(people: list[Person], now: datetime) -> Iterator[Row]:
    noon = now.replace(hour=HABIT - 8, minute=5)
    for one in people:
        for n in range(3 if one.kind.has_habit else 0):
            key = {"source": f"receipt/t/{one.member_id}-{n}", "movement": "purchase"}
            at = iso(noon - timedelta(days=n + 1))
            yield {**key, "member_id": one.member_id, "account_version": n + 1, "at": at, "kind": EntryKind.PURCHASE}
