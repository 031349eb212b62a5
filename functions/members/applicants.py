"""Who asks to become a member, as every channel hands it to the registry (requirements M1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Channel(StrEnum):
    """Where somebody enrolled."""

    MINI_PROGRAM = "mini_program"
    APP = "app"
    WEB = "web"
    COUNTER = "counter"
    RECRUITING_STAND = "recruiting_stand"
    MALL_QR = "mall_qr"
    IMPORT = "import"


class Person(StrEnum):
    """Natural persons and companies both enrol."""

    PERSON = "person"
    COMPANY = "company"


class Purpose(StrEnum):
    """What a member may separately agree to, and withdraw (requirements K1)."""

    MARKETING = "marketing"
    PROFILING = "profiling"
    SHARING = "sharing"


@dataclass(frozen=True, slots=True)
class Applicant:
    """What is known of an applicant; only name and phone always are.

    Attributes:
        phone: E.164.
        phone_verified: whether a code sent to the phone came back.
        card_no: the number of a physical card.
        terms_version: the terms accepted; None where nobody asked (import, counter).
        login: the identity provider's subject; None until the member signs in.
        enrolled_at: when the membership began, None for now.
        tier: a rung of the ladder to start on, None for the first.
        preferences: interests, preferred categories and brands, as lists by name.
        consents: what was agreed to beside the terms.
    """

    name: str
    phone: str
    phone_verified: bool
    birthday: date | None
    email: str | None
    card_no: str | None
    channel: Channel
    kind: Person = Person.PERSON
    terms_version: str | None = None
    login: str | None = None
    enrolled_at: datetime | None = None
    tier: str | None = None
    company: Mapping[str, str] | None = None
    preferences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    consents: Mapping[Purpose, bool] = field(default_factory=dict)
