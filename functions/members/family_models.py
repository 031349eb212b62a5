"""What is sent to the family's routes, and what they answer (requirement M4)."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from functions.members import family, family_terms
from functions.members.family import Wanted
from functions.members.family_entries import Row, Told
from functions.members.models import Birthday, PhoneCode
from loyalty.family import Relation, counts
from loyalty.fields import PhoneField
from loyalty.http import Answer, Body

_PLAIN = r"^[^\x00-\x1f\x7f]*$"
CallName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=20, pattern=_PLAIN),
    Field(description="What they are called at home; no full name is needed.", examples=["小宝"]),
]


class RelativeRequest(Body):
    """A relative to register: as little as a birthday gift needs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "relation": "child",
                    "call_name": "小宝",
                    "birthday": "2019-06-01",
                    "guardian_terms_version": family_terms.VERSION,
                }
            ]
        }
    )

    relation: Relation
    birthday: Birthday
    call_name: CallName | None = None
    guardian_terms_version: Annotated[
        str | None,
        Field(max_length=32, description="Of a child under 18: the text its guardian, the member, agreed to."),
    ] = None

    def told(self) -> Told:
        """Return it as the rules take it."""
        return Told(self.relation, self.birthday, self.call_name or None, self.guardian_terms_version)


class RelativeChanges(Body):
    """What to change; a field left out stays, `null` removes the call name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"call_name": "大宝"}]})

    call_name: CallName | None = None
    birthday: Birthday | None = None

    @model_validator(mode="after")
    def _needed_fields_stay(self) -> Self:
        if "birthday" in self.model_fields_set and self.birthday is None:
            raise ValueError("a birthday can be changed, not removed")
        return self

    def wanted(self) -> Wanted:
        """Return it as the use case takes it."""
        is_named = "call_name" in self.model_fields_set
        return Wanted(self.call_name or "" if is_named else None, self.birthday)


class RelativePhone(Body):
    """The relative's own phone, to send the code to; it is not kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "13900000002"}]})

    phone: PhoneField


class RelativeConfirmation(RelativePhone):
    """The code the relative received and passed on, which is their consent."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "13900000002", "phone_code": "482913"}]})

    phone_code: PhoneCode


class FamilyWithdrawal(Body):
    """Whose consents end: the phone, and the code `POST /me/phone-codes` sent to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "13900000002", "phone_code": "482913"}]})

    phone: PhoneField
    phone_code: PhoneCode


class FamilyDeskWithdrawal(Body):
    """Whose consents end: the phone of somebody who asks for it at the desk."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "13900000002"}]})

    phone: PhoneField


class RelativeConsent(Answer):
    """Who agreed, to which version of the text, and when."""

    by: Literal["guardian", "adult"]
    version: str
    at: AwareDatetime


class RelativeAnswer(Answer):
    """A registered relative."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "relative_id": "5f1d2c3b5a697887",
                    "relation": "spouse",
                    "call_name": "阿静",
                    "birthday": "1991-02-28",
                    "registered_at": "2026-11-21T04:00:00.000Z",
                    "state": "awaiting_consent",
                    "consent": None,
                    "lapses_at": "2026-11-28T04:00:00Z",
                }
            ]
        }
    )

    relative_id: str
    relation: Relation
    call_name: str | None = None
    birthday: date
    registered_at: AwareDatetime
    state: Annotated[
        Literal["in_use", "awaiting_consent"],
        Field(description="Until the relative has agreed, the entry is used for nothing."),
    ]
    consent: RelativeConsent | None = None
    lapses_at: Annotated[
        AwareDatetime | None, Field(description="When the entry is deleted unless the relative agrees until then.")
    ] = None

    @classmethod
    def of(cls, row: Row, today: date) -> Self:
        """Read a relative's row."""
        lapses_at = datetime.fromtimestamp(row["ttl"], UTC) if "ttl" in row else None
        state = "in_use" if counts(row, today) else "awaiting_consent"
        return cls.model_validate({**family.told(row), "state": state, "lapses_at": lapses_at})


class GuardianTerms(Answer):
    """The text a guardian agrees to, and its version."""

    version: str
    text: str


class FamilyAnswer(Answer):
    """A member's family, and what to show before a child is registered."""

    items: list[RelativeAnswer]
    next: str | None = None
    guardian_terms: GuardianTerms


class FamilyWithdrawn(Answer):
    """How many entries were deleted, in whosever family they were."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"withdrawn": 1}]})

    withdrawn: int
