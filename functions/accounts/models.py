"""How an account is shown: to its member and to the service desk alike."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from functions.accounts.growth import GrowthAnswer, growth_answer, named
from loyalty import buckets, tiers
from loyalty.accounts import Account
from loyalty.clock import date_of
from loyalty.entries import Entry, Reason
from loyalty.http import Answer
from loyalty.missing import missing_to_next
from loyalty.parts import to_text
from loyalty.programme import Programme
from loyalty.texts import render
from loyalty.types import Day, Purse

NO_NAMES: Mapping[str, str] = {}


class BucketAnswer(Answer):
    """Points that lapse together after `expires_on`; usable from `available_from`, or at once where that is null."""

    purse: str
    points: int
    available_from: date | None
    expires_on: Annotated[date | None, Field(description="The last day; null: it never lapses.")]


class TierAnswer(Answer):
    """The tier held, since when, and the last day before its review."""

    code: str
    name: str
    since: date
    until: date
    multiplier: str


class ProgressAnswer(Answer):
    """The spend that counts now and what is missing to the next tier, in fen; null at the top.

    `growth` tells more: every measure the ladder asks for, and what is missing to keep the tier.
    """

    spend_fen: int
    next_tier: str | None
    missing_fen: int | None


class PurseAnswer(Answer):
    """One purse: what can be spent, what opens later, what is owed."""

    purse: str
    balance: int
    pending: int
    debt: int


class PointsAnswer(Answer):
    """An account: `balance` is what can be spent now less what is owed."""

    member_id: str
    status: str
    balance: int
    pending: int
    debt: int
    purses: list[PurseAnswer]
    buckets: list[BucketAnswer]
    tier: TierAnswer
    progress: ProgressAnswer
    growth: GrowthAnswer


class ReasonAnswer(Answer):
    """Why points moved: a stable code, and the sentence in the caller's language."""

    code: str
    purse: str
    points: int
    text: str


class PurseMovementAnswer(Answer):
    """What a movement did to one purse, signed."""

    purse: str
    points: int


class EntryAnswer(Answer):
    """One movement: signed `points` of a purse; `balance` is what of purse `points` could be spent after it.

    `purses` says the same of every purse that moved; a review, a warning, a used benefit move none.
    """

    entry_id: str
    movement: str
    at: str
    recorded_at: str
    purse: str
    points: int
    purses: list[PurseMovementAnswer]
    points_earned: int
    points_spent: int
    balance: int
    tier: Annotated[str | None, Field(description="The tier's code after it.")]
    reasons: list[ReasonAnswer]


class EntriesAnswer(Answer):
    """A page of the statement, newest first."""

    items: list[EntryAnswer]
    next: str | None


def points_answer(account: Account, programme: Programme, today: Day, language: str) -> PointsAnswer:
    """Return an account as it stands on a day: lapsed points are gone and a due review is done, sweep or not."""
    rung = tiers.reviewed(account.rung, account.record, today, programme)
    shown = [_purse(account, purse, today) for purse in Purse if purse in (*account.buckets, *account.debt)]
    points = _purse(account, Purse.POINTS, today)
    return PointsAnswer(
        member_id=account.member_id,
        status=account.status,
        balance=points.balance,
        pending=points.pending,
        debt=points.debt,
        purses=shown or [points],
        buckets=_buckets(account, today),
        tier=_tier(rung, programme, language),
        progress=_progress(rung, account, today, programme),
        growth=growth_answer(account, rung, programme, today, language),
    )


def entry_answer(entry: Entry, language: str, names: Mapping[str, str] = NO_NAMES) -> EntryAnswer:
    """Return a ledger entry as a line of the statement.

    Args:
        names: what campaigns, tiers and entitlements that reasons speak of are called, by id.
    """
    moved = [purse for purse in Purse if any(leg.purse == purse for leg in entry.legs)]
    purse = Purse.POINTS if Purse.POINTS in moved or not moved else min(moved)
    return EntryAnswer(
        entry_id=entry.entry_id,
        movement=entry.cause.kind,
        at=entry.cause.at,
        recorded_at=entry.cause.recorded_at,
        purse=purse,
        points=entry.points(purse),
        purses=[PurseMovementAnswer(purse=one, points=entry.points(one)) for one in moved],
        points_earned=entry.answer.get("points_earned", 0),
        points_spent=entry.answer.get("points_spent", 0),
        balance=entry.answer.get("balance", 0),
        tier=entry.answer.get("tier"),
        reasons=[_reason(reason, language, names.get(reason.about)) for reason in entry.reasons],
    )


def _reason(reason: Reason, language: str, name: str | None) -> ReasonAnswer:
    return ReasonAnswer(code=reason.code, purse=reason.purse, points=reason.points, text=render(reason, language, name))


def _purse(account: Account, purse: Purse, today: Day) -> PurseAnswer:
    return PurseAnswer(
        purse=purse,
        balance=account.balance(purse, today),
        pending=buckets.pending(account.held(purse), today),
        debt=account.debt.get(purse, 0),
    )


def _buckets(account: Account, today: Day) -> list[BucketAnswer]:
    return [
        BucketAnswer(
            purse=purse,
            points=points,
            available_from=date_of(opens) if (opens := buckets.opens_on(key)) else None,
            expires_on=None if key == buckets.NEVER else date_of(buckets.expires_on(key)),
        )
        for purse, own in account.buckets.items()
        for key, points in sorted(own.items())
        if not buckets.is_expired(key, today)
    ]


def _tier(rung: tiers.Rung, programme: Programme, language: str) -> TierAnswer:
    tier = programme.tier(rung.code)
    return TierAnswer(
        code=tier.code,
        name=named(tier, language),
        since=date_of(rung.since),
        until=date_of(rung.until),
        multiplier=to_text(tier.multiplier),
    )


def _progress(rung: tiers.Rung, account: Account, today: Day, programme: Programme) -> ProgressAnswer:
    above = missing_to_next(rung, account.record, today, programme)
    return ProgressAnswer(
        spend_fen=tiers.window_spend(account.record.spend, today, programme.tiers.window),
        next_tier=above.tier.code if above else None,
        missing_fen=above.fen if above else None,
    )
