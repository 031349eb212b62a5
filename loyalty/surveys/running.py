"""The surveys that are published, in the short form that decides who is asked.

Publication writes the short form beside the definition (`Offer.facts["running"]`), so that the checkout, which only
needs to know whether to ask, reads no questions and needs no models of them. Remembered for half a minute.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from loyalty.catalogue import Catalogue, OfferState
from loyalty.clock import iso
from loyalty.remembering import HALF_A_MINUTE, kept_for
from loyalty.surveys import settings

NAME = "survey"
"""The catalogue's name for surveys."""
RUNNING = "running"
"""The fact of a published survey that holds its short form."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing an event must say: `field` is a dotted path into its data.

    `op` is one of `eq`, `ne`, `in`, `gte`, `lte`, `exists`; `value` is what it is compared with.
    """

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """Which events lead to an invitation.

    Attributes:
        events: types of the catalogue.
        delay_minutes: how long after the event it opens; 0: at once, in the answer of the redemption itself.
        sample_percent: how many of a hundred are asked, chosen by the occasion, the same ones every time.
    """

    events: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    delay_minutes: int = 0
    sample_percent: int = 100


@dataclass(frozen=True, slots=True)
class Running:
    """A published survey, as far as asking goes.

    Attributes:
        survey_id: this version; `series_id` is the survey through all its versions, `version` its number.
        starts, ends: instants (RFC 3339, UTC) between which it asks; None: no bound.
        once_days: a member is asked again after so many days at the earliest; 0: every time.
        open_days: how long an invitation can be answered.
        remind_days: after so many days without an answer a member is reminded; None: never.
        purse, points: what answering brings; 0 points: nothing.
        priority: of several that fit, the one with the highest asks; then the smaller id.
        minds_fatigue: whether it respects the rest that `Settings.fatigue_days` gives.
    """

    survey_id: str
    series_id: str
    version: int
    title_zh: str
    title_en: str | None = None
    starts: str | None = None
    ends: str | None = None
    trigger: Trigger | None = None
    once_days: int = 90
    open_days: int = 14
    remind_days: int | None = 3
    purse: str = "points"
    points: int = 0
    priority: int = 0
    minds_fatigue: bool = True

    def asks_at(self, instant: datetime) -> bool:
        """Tell whether it asks at an instant."""
        at = iso(instant)
        return (self.starts is None or self.starts <= at) and (self.ends is None or at < self.ends)


def catalogue() -> Catalogue:
    """Return where surveys are kept."""
    return Catalogue(table=settings.table(), key_name="survey_id", name=NAME)


@kept_for(HALF_A_MINUTE)
def remembered() -> tuple[Running, ...]:
    """Return the published surveys, those with the highest priority first, as they were within half a minute."""
    return as_of_now()


def as_of_now() -> tuple[Running, ...]:
    """Read the published surveys, those with the highest priority first."""
    found = [
        from_plain(offer.facts[RUNNING])
        for offer in catalogue().everything()
        if offer.state is OfferState.PUBLISHED and offer.facts
    ]
    return tuple(sorted(found, key=lambda one: (-one.priority, one.survey_id)))


def to_plain(running: Running) -> dict[str, Any]:
    """Return the short form as it is stored, without what is absent."""
    return {name: value for name, value in asdict(running).items() if value is not None}


def from_plain(plain: Mapping[str, Any]) -> Running:
    """Return the short form as it was stored."""
    trigger = plain.get("trigger")
    # What is absent is none: a survey that does not remind must not be given the usual reminder.
    return Running(**{"remind_days": None, **plain, "trigger": _trigger(trigger) if trigger else None})


def _trigger(plain: Mapping[str, Any]) -> Trigger:
    conditions = tuple(Condition(**one) for one in plain.get("conditions", ()))
    return Trigger(**{**plain, "events": tuple(plain["events"]), "conditions": conditions})
