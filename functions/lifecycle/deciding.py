"""Whether somebody gets an offer now, and what of it (requirements C5, B2, B3, B4, L2; ADR 1021). Pure.

Between two gifts of an offer to the same person lie `rest_days`, counted from the day each was for. That one rule is
why nobody gets anything twice: an event that comes again, a sweep that runs again and a birthday that was corrected
all ask for a day that lies too near to one that stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from functions.lifecycle.definition import OccasionOffer, OccasionWho, OfferOccasion
from loyalty.accounts import Account
from loyalty.birthdays import falls_on
from loyalty.clock import day_of, month_before, month_of
from loyalty.errors import RuleError
from loyalty.family import counts
from loyalty.standing import ALLOWED
from loyalty.types import Kind

SELF = "self"
"""Stands for the member among those a gift was for; others are relatives' ids."""


class Why(StrEnum):
    """Why somebody gets nothing."""

    NOT_RUNNING = "not_running"
    NO_MEMBER = "no_member"
    NOT_THAT_DAY = "not_that_day"
    TIER = "tier"
    SEGMENT = "segment"
    NOT_BOUGHT = "not_bought"
    RELATIVE = "relative"
    HAD_IT = "had_it"
    NO_COUPONS = "no_coupons"


class NotGivenError(RuleError):
    """This person does not get the offer; `why` says the reason."""

    code = "not_given"
    zh = "不符合发放条件（{why}）。"
    en = "Not given: {why}."


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        day: the mall-local day of the occasion.
        relative_id: whose birthday it is, where it is a relative's.
    """

    offer_id: str
    offer: OccasionOffer
    member_id: str
    day: date
    relative_id: str | None = None

    @property
    def about(self) -> str:
        """Whom the gift is for."""
        return self.relative_id or SELF


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a member.

    Attributes:
        account: None where there is none.
        segments: those of the offer's segments the member is in.
        ticked: interests and categories, as far as the member agrees to their use.
        born: the row with the day: the member's `dates`, or the relative's own; None where there is none.
    """

    account: Account | None
    tier: str | None = None
    segments: frozenset[str] = frozenset()
    ticked: frozenset[str] = frozenset()
    born: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a member had of an offer: how many in all, and for which days lately, by whom it was for."""

    version: int = 0
    days: Mapping[str, str] = field(default_factory=dict)

    def after(self, wish: Wish) -> "Given":
        """Return it with one more; days that no longer matter are left out."""
        first = _oldest_that_counts(wish)
        kept = {about: day for about, day in self.days.items() if day > first}
        return replace(self, version=self.version + 1, days={**kept, wish.about: wish.day.isoformat()})


def require_fitting(wish: Wish, person: Person, had: Given, today: date) -> None:
    """Refuse whom an offer is not for.

    Raises:
        NotGivenError: with the first reason found.
    """
    for why, is_met in _CHECKS:
        if not is_met(wish, person, had, today):
            raise NotGivenError(why=why.value)


def require_its_day(wish: Wish, today: date) -> None:
    """Refuse to say that a day is here when it is over: a page may have waited, or been listed for a day gone by.

    Raises:
        NotGivenError: it is another mall-local day.
    """
    if wish.day != today:
        raise NotGivenError(why=Why.NOT_THAT_DAY.value)


def coupons_for(offer: OccasionOffer, ticked: frozenset[str]) -> tuple[str, ...]:
    """Return the templates of the first preference that matches, else those for everybody.

    Raises:
        NotGivenError: if there is nothing for somebody of these interests.
    """
    found = next((gift.coupons for gift in offer.by_interest if ticked & set(gift.interests)), offer.coupons)
    if not found and not offer.points:
        raise NotGivenError(why=Why.NO_COUPONS.value)
    return found


def _is_member(_wish: Wish, person: Person, _had: Given, _today: date) -> bool:
    return person.account is not None and Kind.AWARD in ALLOWED[person.account.status]


def _is_that_day(wish: Wish, person: Person, _had: Given, _today: date) -> bool:
    """An index of days may be a moment behind: what counts is the row itself."""
    row = person.born or {}
    match wish.offer.occasion:
        case OfferOccasion.BIRTHDAY:
            return "born" in row and falls_on(row["born"], wish.day)
        case OfferOccasion.FAMILY_BIRTHDAY:
            return "birthday" in row and falls_on(row["birthday"][5:7] + row["birthday"][8:10], wish.day)
        case OfferOccasion.ANNIVERSARY:
            return "joined" in row and row["joined"] < day_of(wish.day) and falls_on(row["joined"][2:6], wish.day)
    return True


def _is_of_tier(wish: Wish, person: Person, _had: Given, _today: date) -> bool:
    return not wish.offer.who.tiers or person.tier in wish.offer.who.tiers


def _is_in_segment(wish: Wish, person: Person, _had: Given, _today: date) -> bool:
    return not wish.offer.who.segments or bool(person.segments & set(wish.offer.who.segments))


def _has_bought(wish: Wish, person: Person, _had: Given, today: date) -> bool:
    months, spend = wish.offer.who.bought_in_months, person.account.record.spend if person.account else {}
    this = month_of(day_of(today))
    return months is None or any(spend.get(month_before(this, back), 0) > 0 for back in range(months))


def _is_such_a_relative(wish: Wish, person: Person, _had: Given, today: date) -> bool:
    if wish.offer.occasion is not OfferOccasion.FAMILY_BIRTHDAY:
        return True
    row = person.born
    return row is not None and counts(row, today) and _is_asked_for(row, wish.offer.who, wish.day)


def _is_asked_for(row: Mapping[str, Any], who: OccasionWho, day: date) -> bool:
    reached = day.year - int(row["birthday"][:4])
    youngest, oldest = who.youngest or 0, reached if who.oldest is None else who.oldest
    return youngest <= reached <= oldest and (not who.relations or row["relation"] in who.relations)


def _has_none_yet(wish: Wish, _person: Person, had: Given, _today: date) -> bool:
    first = _oldest_that_counts(wish)
    lately = {about for about, day in had.days.items() if day > first}
    return wish.about not in lately and len(lately) < wish.offer.most


def _oldest_that_counts(wish: Wish) -> str:
    """Return the last day that is far enough back; one that lies ahead always counts."""
    return (wish.day - timedelta(days=wish.offer.rest_days)).isoformat()


Check = Callable[[Wish, Person, Given, date], bool]
_CHECKS: tuple[tuple[Why, Check], ...] = (
    (Why.NO_MEMBER, _is_member),
    (Why.HAD_IT, _has_none_yet),
    (Why.NOT_THAT_DAY, _is_that_day),
    (Why.RELATIVE, _is_such_a_relative),
    (Why.TIER, _is_of_tier),
    (Why.SEGMENT, _is_in_segment),
    (Why.NOT_BOUGHT, _has_bought),
)
