"""What staff change in what the mall offers and in its rules, version 1 each (requirements D2, K5).

These are about no member: the subject is the offer's or the programme version's id. The login of whoever did it is
told (`actor`), so that the audit trail can be kept from events.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import Part, Word

Login = Annotated[str, Field(min_length=1, max_length=200, description="Who did it: the login of staff.")]


class OfferChangedData(Part):
    """Which offer, and what it is now."""

    offer_kind: Annotated[
        Word, Field(description="Open vocabulary: template, discount, reward, survey, campaign, programme, ...")
    ]
    offer_id: Annotated[Word, Field(description="Which one.")]
    offer_seq: Annotated[int, Field(strict=True, ge=1, description="Its version: 1, 2, 3 ...")]
    state: Annotated[Word, Field(description="Open vocabulary: draft, approved, published, paused, ended.")]
    actor: Login


class ProgrammeAnnouncedData(Part):
    """A version of the programme and the day it takes effect."""

    version: Annotated[int, Field(strict=True, ge=1, description="The programme's version.")]
    effective_from: Annotated[date, Field(description="The first mall-local day it applies to purchases.")]
    actor: Annotated[Login | None, Field(description="Who published it; absent: a deployment.")] = None


class OfferChanged(Event):
    """A template, discount, reward, survey, campaign, list or programme was drafted, changed, or taken a step on."""

    type: Literal["OfferChanged"] = "OfferChanged"
    dataschema: str = schema_url("OfferChanged", 1)
    data: OfferChangedData


class ProgrammeAnnounced(Event):
    """A new version of the programme was published: what it changes takes effect on its day, not before."""

    type: Literal["ProgrammeAnnounced"] = "ProgrammeAnnounced"
    dataschema: str = schema_url("ProgrammeAnnounced", 1)
    data: ProgrammeAnnouncedData


OFFER_EVENTS: tuple[type[Event], ...] = (OfferChanged, ProgrammeAnnounced)
