"""Giving somebody an offer, once: one reading, one transaction (ADR 1021).

    account + what they had + the offer + whoever it is for + budget ──> decide ──> one transaction:
        the next version of what they had, a unit of the budget, what leads from each coupon back to the offer, and,
        where it brings points, entry and account

The version is the event, and the event issues the coupons, whose codes follow from member, offer and version. So a run
that dies anywhere leaves all of it or nothing, and whoever asks again finds a day too near to the one asked for.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from functions.lifecycle import crediting, deciding, reading, shelf, traces
from functions.lifecycle.deciding import Given, NotGivenError, Person, Why, Wish
from functions.lifecycle.definition import Running
from functions.lifecycle.reading import By, Found
from loyalty import attempts, dynamo, ledger, programme_store, stock
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.dynamo import Item
from loyalty.entries import EntryKey, source
from loyalty.ledger import Decision, Loaded
from loyalty.types import MemberId, Origin

Parts = tuple[Mapping[str, Any], ...]


def wish_of(running: Running, member_id: str, day: date, relative_id: str | None = None) -> Wish:
    """Return the wish that somebody gets an offer for a day."""
    return Wish(running.offer_id, running.offer, member_id, day, relative_id)


def give(running: Running, wish: Wish, by: By) -> int:
    """Give an offer; return the version it made.

    Raises:
        NotGivenError: it is not for this person, or not any more.
        SoldOutError: nothing is left of it.
        BusyError: too many conflicts; nothing was written, asking again is safe.
    """
    if running.offer.points:
        return _with_points(running, wish, by)

    def decide(found: Found) -> Plan[int]:
        after, parts = _decided(running, wish, by, found)
        return Plan(after.version, parts)

    return attempts.settle(lambda _certain: reading.read(running, wish, by, shelf.GIVEN), decide).answer


def greet(running: Running, wish: Wish, by: By) -> int:
    """Say that the day is here to whom the offer is for, whether or not anything was left to give.

    Raises:
        NotGivenError, BusyError.
    """

    def decide(found: Found) -> Plan[int]:
        _require_running(found)
        deciding.require_its_day(wish, by.today)
        deciding.require_fitting(wish, found.person, found.had, by.today)
        after = found.had.after(wish)
        return Plan(after.version, (shelf.put_given(_row(wish, after, found.person, by, shelf.GREETED)),))

    return attempts.settle(lambda _certain: reading.read(running, wish, by, shelf.GREETED), decide).answer


def entry_key(wish: Wish) -> EntryKey:
    """Return the key of the entry that credits a gift's points."""
    return EntryKey(source("occasion", wish.offer_id, wish.member_id), source(wish.about, wish.day.isoformat()))


def _with_points(running: Running, wish: Wish, by: By) -> int:
    programme, made = programme_store.current(by.now), list[int]()

    def load(certain: bool) -> Loaded[Found]:
        if not certain:
            found = reading.read(running, wish, by, shelf.GIVEN)
            return Loaded(found.person.account, None, found)
        place = shelf.place(wish.offer_id, running.shards)
        left = dynamo.batch_get(*place.keys(), consistent=True) if running.shards else []
        account, entry, rows = ledger.look_again(
            MemberId(wish.member_id), entry_key(wish), *reading.keys(wish, shelf.GIVEN)
        )
        return Loaded(account, entry, reading.found_in(wish, by, account, rows, left))

    def decide(loaded: Loaded[Found]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        after, parts = _decided(running, wish, by, loaded.extra)
        made.append(after.version)
        return crediting.decide(loaded.account, wish.offer, wish.offer_id, programme, by.today, parts)

    cause = crediting.cause_of(entry_key(wish), by.actor, by.trace, by.now)
    if ledger.settle(cause, programme, load, decide).replayed:
        raise NotGivenError(why=Why.HAD_IT.value)
    return made[-1]


def _decided(running: Running, wish: Wish, by: By, found: Found) -> tuple[Given, Parts]:
    """Return what the member has had then, and the writes that make it so."""
    _require_running(found)
    deciding.require_fitting(wish, found.person, found.had, by.today)
    templates = deciding.coupons_for(wish.offer, found.person.ticked)
    after, shard = found.had.after(wish), None
    budget: Parts = ()
    if running.shards:
        shard = stock.chosen(found.shards, f"{wish.member_id}/{wish.about}")
        budget = (stock.take(shelf.place(wish.offer_id, running.shards), shard),)
    coupons = [[one, _ref(wish, after, n)] for n, one in enumerate(templates)]
    gift = {
        "coupons": coupons,
        "purse": wish.offer.purse if wish.offer.points else None,
        "points": wish.offer.points or None,
        "shard": shard,
    }
    row = _row(wish, after, found.person, by, shelf.GIVEN) | gift
    marks = (traces.put(ref, wish.offer_id, found.person.tier, by.now) for _, ref in coupons)
    return after, (shelf.put_given(row), *budget, *marks)


def _require_running(found: Found) -> None:
    if not found.runs:
        raise NotGivenError(why=Why.NOT_RUNNING.value)


def _row(wish: Wish, after: Given, person: Person, by: By, kept_at: str) -> Item:
    return {
        **shelf.given_key(wish.member_id, wish.offer_id, kept_at),
        "member_id": wish.member_id,
        "offer_id": wish.offer_id,
        "occasion": wish.offer.occasion.value,
        "version": after.version,
        "days": dict(after.days),
        "happened": ["OccasionGiven" if kept_at == shelf.GIVEN else "OccasionCame"],
        "name_zh": wish.offer.name_zh,
        "name_en": wish.offer.name_en,
        "tier": person.tier,
        "at": iso(by.now),
        "origin": Origin.SCHEDULE.value,
        "correlation_id": by.trace,
    }


def _ref(wish: Wish, after: Given, number: int) -> str:
    """Return what names a coupon of a gift; its code follows from it."""
    return f"occasion/{wish.offer_id}/{wish.member_id}/{after.version}/{number}"
