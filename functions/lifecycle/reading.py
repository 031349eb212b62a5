"""What a wish is decided on, in one call: the member, the offer, what they had, and whoever the day belongs to.

Only the kinds of rows are read that the offer asks about: of a person never more than days, interests and a relative's
own row, whose personal parts go no further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from functions.lifecycle import shelf
from functions.lifecycle.deciding import Given, Person, Wish
from functions.lifecycle.definition import YEARLY, Running
from loyalty import account_store, catalogue, dynamo, memberships, programme_store, stock
from loyalty.accounts import Account
from loyalty.catalogue import OfferState
from loyalty.clock import local_date
from loyalty.dynamo import Item
from loyalty.family import RELATIVE
from loyalty.identity import table as members_table
from loyalty.settings import time_zone
from loyalty.stock import Shard

Key = tuple[str, Mapping[str, object]]
"""Table and key of a row to read."""
DATES, FACTS = "dates", "facts"
"""Kinds of rows of the members table: a member's own days, and what they let us know of them."""


@dataclass(frozen=True, slots=True)
class By:
    """Who asks: `event` or `schedule`, the trace under which logs and events know it, and when."""

    actor: str
    trace: str
    now: datetime

    @property
    def today(self) -> date:
        """The mall-local day."""
        return local_date(self.now, time_zone())


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for a wish; `runs`: whether the offer is still published."""

    person: Person
    had: Given
    runs: bool
    shards: Sequence[Shard]


def read(running: Running, wish: Wish, by: By, kept_at: str) -> Found:
    """Read what a wish is decided on, the budget before everything else, each row no older than the call."""
    place = shelf.place(wish.offer_id, running.shards)
    left = dynamo.batch_get(*place.keys(), consistent=True) if running.shards else []
    account, *rows = dynamo.batch_get(account_key(wish), *keys(wish, kept_at), consistent=True)
    return found_in(wish, by, account_store.from_row(account) if account else None, rows, left)


def account_key(wish: Wish) -> Key:
    """Return table and key of the member's account."""
    return account_store.table(), {"member_id": wish.member_id}


def keys(wish: Wish, kept_at: str) -> list[Key]:
    """Return table and key of what a wish is decided on, beside account and budget."""
    own = (shelf.table(), shelf.given_key(wish.member_id, wish.offer_id, kept_at))
    offer = (shelf.table(), shelf.catalogue().key(wish.offer_id))
    in_them = [
        (memberships.table(), memberships.member_key(one, wish.member_id))
        for one in dict.fromkeys(wish.offer.who.segments)
    ]
    return [own, offer, *in_them, *((members_table(), _person_key(wish, kind)) for kind in _kinds(wish))]


def _kinds(wish: Wish) -> list[str]:
    """Return the kinds of rows of the members table that the wish depends on."""
    day = RELATIVE + wish.relative_id if wish.relative_id else DATES
    return [*([day] if wish.offer.occasion in YEARLY else []), *([FACTS] if wish.offer.by_interest else [])]


def _person_key(wish: Wish, kind: str) -> dict[str, object]:
    return {"member_id": wish.member_id, "kind": kind}


def found_in(
    wish: Wish, by: By, account: Account | None, rows: Sequence[Item | None], left: Sequence[Item | None]
) -> Found:
    """Return what rows say that were read.

    Args:
        rows: those of `keys`, in their order; `left`: those of the budget.
    """
    own, offer, *rest = rows
    asked = tuple(dict.fromkeys(wish.offer.who.segments))
    people = dict(zip(_kinds(wish), rest[len(asked) :], strict=True))
    facts = people.pop(FACTS, None) or {}
    standing = catalogue.offer_of(offer)
    person = Person(
        account=account,
        tier=programme_store.tier_of(account, by.now) if account else None,
        segments=frozenset(one for one, row in zip(asked, rest, strict=False) if row),
        ticked=frozenset((*facts.get("interests", ()), *facts.get("categories", ()))),
        born=next(iter(people.values()), None),
    )
    runs = standing is not None and standing.state is OfferState.PUBLISHED
    return Found(person, shelf.given_of(own), runs, stock.shards_of(left))
