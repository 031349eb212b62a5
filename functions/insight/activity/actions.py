"""Which looks and clicks are kept, and the row they are kept as. Pure (requirement M11).

A batch is its own key: the same actions, sent again by a phone that heard no answer, are the same row and the same
event. Actions name the instant they happened at, so two batches of a member that are equal are one.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from functions.insight import store
from loyalty import looks
from loyalty.clock import iso
from loyalty.entries import fingerprint
from loyalty.types import MemberId, Origin

KEPT = timedelta(days=30)
OLDEST, AHEAD = timedelta(days=7), timedelta(minutes=5)
"""How long a phone may keep actions before it sends them, and how far its clock may be ahead of ours."""
BROWSED = "MemberBrowsed"
_AN_ID = re.compile(r"[0-9a-f]{24}")
_A_WORD = re.compile(r"[\w .:/+#&'-]{1,64}")
_NUMBERS = re.compile(r"\d{7}")


class ActionKind(StrEnum):
    """What members look at."""

    COUPON = "coupon"
    CAMPAIGN = "campaign"
    REWARD = "reward"
    CATEGORY = "category"
    BRAND = "brand"
    ITEM = "item"
    PAGE = "page"


class LeftOut(StrEnum):
    """Why actions are not kept."""

    NO_CONSENT = "no_consent"
    OUT_OF_TIME = "out_of_time"


class Action(NamedTuple):
    """One look or click."""

    what: str
    kind: ActionKind
    ref: str
    at: datetime

    def plain(self) -> dict[str, str]:
        """Return it as it is stored."""
        return {"what": self.what, "kind": self.kind, "ref": self.ref, "at": iso(self.at)}


class Sender(NamedTuple):
    """Who sends actions, and when.

    Attributes:
        channel: where the member looked: app, mini_program, web, device.
        tier: the tier's code held; None where that is not known.
    """

    member_id: MemberId
    channel: str
    tier: str | None
    trace: str
    now: datetime


def is_a_ref(kind: ActionKind, ref: str) -> bool:
    """Tell whether that can be one of the kind: ids of offers, else words and numbers of goods.

    A coupon is named by its template, for its code opens what it is good for; and no number as long as a phone's goes
    for a word.
    """
    if kind in {ActionKind.COUPON, ActionKind.CAMPAIGN, ActionKind.REWARD}:
        return bool(_AN_ID.fullmatch(ref))
    return bool(_A_WORD.fullmatch(ref)) and (kind is ActionKind.ITEM or not _NUMBERS.search(ref))


def in_time(actions: Sequence[Action], now: datetime) -> list[Action]:
    """Return the actions that are neither too old nor of the future, each once."""
    return [action for action in dict.fromkeys(actions) if now - OLDEST <= action.at <= now + AHEAD]


def batch_key(member_id: MemberId, channel: str, actions: Sequence[Action]) -> dict[str, str]:
    """Return the key of the row a batch is kept as: a function of what was sent, so repeating it finds it.

    It begins with the newest action's instant: what was looked at lately is read without all the rest.
    """
    sent = fingerprint({"channel": channel, "actions": [action.plain() for action in actions]})
    return store.key(looks.partition(member_id), f"batch/{iso(max(action.at for action in actions))}/{sent}")


def row_of(key: dict[str, str], sender: Sender, kept: Sequence[Action]) -> dict[str, Any]:
    """Return the row that keeps actions, with what its event tells."""
    return {
        **key,
        "version": 1,
        "happened": [BROWSED],
        "member_id": sender.member_id,
        "channel": sender.channel,
        "tier": sender.tier,
        "actions": [action.plain() for action in kept],
        "at": iso(max(action.at for action in kept)),
        "recorded_at": iso(sender.now),
        "origin": Origin.MEMBER,
        "correlation_id": sender.trace,
        "ttl": int((sender.now + KEPT).timestamp()),
    }
