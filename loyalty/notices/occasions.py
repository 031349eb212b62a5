"""The events a notice may follow, and what a template may say of each (requirement N1). Pure.

A template's placeholders are typed: what an event tells is a number, a day, money, a text or a link, and is written
accordingly in Chinese and in English. No event knows who somebody is, so no placeholder can.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from loyalty.clock import local_date

Data = Mapping[str, Any]
ERASED = "MemberErased"


class Occasion(StrEnum):
    """What notices follow: events of these types, or, for a broadcast, nothing but its own publication."""

    BROADCAST = "Broadcast"
    COUPON_SENT = "CouponSent"
    IMPROVEMENT_ANNOUNCED = "ImprovementAnnounced"
    MEMBER_ENROLLED = "MemberEnrolled"
    OCCASION_CAME = "OccasionCame"
    OCCASION_GIVEN = "OccasionGiven"
    POINTS_EXPIRING = "PointsExpiring"
    PROGRAMME_ANNOUNCED = "ProgrammeAnnounced"
    SEGMENT_ENTERED = "SegmentEntered"
    SURVEY_INVITED = "SurveyInvited"
    SURVEY_REMINDED = "SurveyReminded"
    TIER_REVIEW_NEAR = "TierReviewNear"


EVENTS = tuple(sorted(occasion.value for occasion in Occasion if occasion is not Occasion.BROADCAST))
"""The types of events that notices hear of."""
OF_EVERYBODY = frozenset({Occasion.PROGRAMME_ANNOUNCED})
"""Events that are about no member, and told to all of them (requirement K5)."""


BY_OCCASION = "occasion"
"""The way of a coupon that belongs to a gift for an occasion."""


class Sort(StrEnum):
    """How a placeholder's value is written."""

    NUMBER = "number"
    DAY = "day"
    MONEY = "money"
    TEXT = "text"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Something an event tells that a template may say.

    Attributes:
        sort: a number, an ISO day, whole fen, `{zh, en}`, or a path below the mall's address.
        sample: a value for previews and test sends.
        read: takes it out of the event's data, given the mall's time zone; None where the event does not tell it.
    """

    sort: Sort
    sample: Any
    read: Callable[[Data, str], Any]


def _told(name: str) -> Callable[[Data, str], Any]:
    return lambda data, _zone: data.get(name)


def _texts(name: str) -> Callable[[Data, str], Any]:
    return lambda data, _zone: {language: data.get(f"{name}_{language}") for language in ("zh", "en")}


def _first_day_of_expiry(data: Data, _zone: str) -> Any:
    return min((lot["expires_on"] for lot in data["lots"]), default=None)


def _last_day(data: Data, zone_name: str) -> Any:
    return local_date(datetime.fromisoformat(data["expires_at"]), zone_name).isoformat()


_OFFER = {"name": Placeholder(Sort.TEXT, {"zh": "生日礼遇", "en": "Your birthday treat"}, _texts("name"))}
_SURVEY = {
    "title": Placeholder(Sort.TEXT, {"zh": "兑换体验", "en": "How easy was it?"}, _texts("title")),
    "link": Placeholder(Sort.LINK, "/s/sample", _told("link")),
    "until": Placeholder(Sort.DAY, "2026-12-05", _last_day),
    "points": Placeholder(Sort.NUMBER, 50, lambda data, _zone: (data.get("reward") or {}).get("points", 0)),
}
PLACEHOLDERS: dict[Occasion, dict[str, Placeholder]] = {
    Occasion.BROADCAST: {},
    Occasion.COUPON_SENT: {"until": Placeholder(Sort.DAY, "2026-12-31", _told("valid_until"))},
    Occasion.IMPROVEMENT_ANNOUNCED: {
        "text": Placeholder(Sort.TEXT, {"zh": "服务台增加了指示牌。", "en": "There are new signs."}, _texts("text"))
    },
    Occasion.MEMBER_ENROLLED: {},
    Occasion.OCCASION_CAME: _OFFER,
    Occasion.OCCASION_GIVEN: {
        **_OFFER,
        "coupons": Placeholder(Sort.NUMBER, 3, lambda data, _zone: len(data.get("coupons") or ())),
        "points": Placeholder(Sort.NUMBER, 100, lambda data, _zone: (data.get("points") or {}).get("points", 0)),
    },
    Occasion.POINTS_EXPIRING: {
        "points": Placeholder(Sort.NUMBER, 1260, _told("points")),
        "until": Placeholder(Sort.DAY, "2026-12-31", _first_day_of_expiry),
    },
    Occasion.PROGRAMME_ANNOUNCED: {"starts": Placeholder(Sort.DAY, "2026-12-31", _told("effective_from"))},
    Occasion.SEGMENT_ENTERED: {},
    Occasion.SURVEY_INVITED: _SURVEY,
    Occasion.SURVEY_REMINDED: _SURVEY,
    Occasion.TIER_REVIEW_NEAR: {
        "until": Placeholder(Sort.DAY, "2026-12-31", _told("until")),
        "missing": Placeholder(Sort.MONEY, 86200, lambda data, _zone: data.get("missing") or 0),
    },
}
"""What a template may say of each occasion, beside the mall's name (`{mall}`), which it may always say."""


def is_told_otherwise(occasion: Occasion, data: Data) -> bool:
    """Tell whether another event tells members the same: a gift and all its coupons are one message (ADR 1041)."""
    return occasion is Occasion.COUPON_SENT and data.get("way") == BY_OCCASION


def facts(occasion: Occasion, data: Data, zone_name: str) -> dict[str, Any]:
    """Return what an event tells a template, JSON-ready.

    Raises:
        LookupError, TypeError, ValueError: if it is no event of ours.
    """
    return {name: one.read(data, zone_name) for name, one in PLACEHOLDERS[occasion].items()}


def samples(occasion: Occasion) -> dict[str, Any]:
    """Return facts such as an event of that kind tells, for previews and test sends."""
    return {name: one.sample for name, one in PLACEHOLDERS[occasion].items()}
