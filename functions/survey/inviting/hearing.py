"""What the mall's bus says, read strictly: an event of a type surveys listen to, or a message nobody can use. Pure.

Whatever the published model of its type refuses is malformed, and so are ids that no key can hold, a time outside our
days, and numbers or sizes that no row can hold: such a message must come alone to the dead letters, and never harm its
neighbours.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from loyalty.events.catalogue import CATALOGUE
from loyalty.events.envelope import Event
from loyalty.surveys.occasion import Occasion, TriggerEvent, of_event

ERASED = "MemberErased"
FIRST_YEAR, LAST_YEAR = 2000, 2099
"""Between which the product's days sort."""
LARGEST = 10**18
LONGEST = 256 * 1024
"""As many bytes as the bus lets an event have; a row holds more."""
_EVENT_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_MEMBER_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")
OCCASIONS: frozenset[str] = frozenset({*TriggerEvent, ERASED})
"""What may be an occasion to ask, and what ends all of them."""
_MODELS: Mapping[str, type[Event]] = {event.__name__: event for event in CATALOGUE}


class MalformedEventError(ValueError):
    """A message that is no event of ours, or of a type that nobody here listens to."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event, as far as surveys go.

    Attributes:
        trace: what led to it, for the records.
    """

    event_id: str
    occasion: Occasion
    trace: str

    @property
    def is_erasure(self) -> bool:
        """Tell whether it says that a membership was erased, rather than that there is an occasion to ask."""
        return self.occasion.event == ERASED


def heard(body: str, types: frozenset[str] = OCCASIONS) -> Heard:
    """Return the event in a message's body.

    Args:
        types: those that the caller listens to.

    Raises:
        MalformedEventError: if there is none.
    """
    try:
        if len(body.encode()) > LONGEST:
            raise MalformedEventError
        detail = json.loads(body)["detail"]
        if detail["type"] not in types:
            raise MalformedEventError
        event = _MODELS[detail["type"]].model_validate(detail)
        plain = event.model_dump(mode="json", exclude_none=True)
        json.dumps(plain, ensure_ascii=False).encode()  # fails where a text holds half a character
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
        raise MalformedEventError from None
    data = plain.get("data", {})
    if not _is_usable(event, data):
        raise MalformedEventError
    occasion = of_event(event.type, event.subject, event.time, event.origin, data, event.id)
    return Heard(event.id, occasion, event.correlationid or event.id)


def _is_usable(event: Event, data: object) -> bool:
    ids = _EVENT_ID.fullmatch(event.id) and _MEMBER_ID.fullmatch(event.subject)
    return bool(ids) and _is_of_our_days(event.time) and _is_storable(data)


def _is_of_our_days(at: datetime) -> bool:
    """A day is added and taken off again: zones reach over the year's end."""
    return FIRST_YEAR <= at.year < LAST_YEAR


def _is_storable(data: object) -> bool:
    match data:
        case Mapping():
            return all(map(_is_storable, data.values()))
        case list():
            return all(map(_is_storable, data))
        case int():
            return abs(data) < LARGEST
    return True
