"""What is sent to the members' and the desk's routes."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from functions.members import shown_name
from functions.members.applicants import Channel, Person, Purpose
from loyalty.fields import MemberIdField, PhoneField
from loyalty.http import Body


def _iso_day(value: object) -> object:
    """Let only text of a day through: a bare number would be taken for a moment in time."""
    if isinstance(value, str) and len(value) == len("2000-01-01"):
        return value
    raise ValueError("write the day as text, such as 2000-01-31")


PREFERENCES = ("interests", "preferred_categories", "preferred_brands")
_PLAIN = r"^[^\x00-\x1f\x7f]+$"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=_PLAIN)]
Name = Annotated[Text, Field(description="The name as the member writes it.", examples=["王小明"])]
LeaderboardName = Annotated[
    str,
    AfterValidator(shown_name.checked),
    Field(
        max_length=200,
        description="Shown to other members on the leaderboard, 2 to 20 characters, without phone numbers, addresses "
        "of mail or the web; null: not shown.",
        examples=["爱喝茶的猫"],
    ),
]
Birthday = Annotated[date, BeforeValidator(_iso_day), Field(description="ISO date.", examples=["1990-05-01"])]
Email = Annotated[
    str, Field(pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+$", max_length=254)
]
PhoneCode = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="The six digits sent to the phone.")]
CardNo = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{4,32}$", description="The number printed on the card.")]
TermsVersion = Annotated[str, Field(min_length=1, max_length=32, description="The version of the terms accepted.")]
Texts = Annotated[tuple[Text, ...], Field(max_length=30)]
AppChannel = Literal[Channel.MINI_PROGRAM, Channel.APP, Channel.WEB, Channel.RECRUITING_STAND, Channel.MALL_QR]
DeskChannel = Literal[Channel.COUNTER, Channel.RECRUITING_STAND]


class Company(Body):
    """The company a member enrols as; the member is its contact (requirement M1)."""

    name: Text
    registration_no: Text | None = None
    address: Annotated[str, Field(max_length=200, pattern=_PLAIN)] | None = None


class ConsentChoices(Body):
    """What a member agrees to or withdraws, each alone; what is not named stays as it is."""

    marketing: bool | None = None
    profiling: bool | None = None
    sharing: bool | None = None

    def choices(self) -> dict[Purpose, bool]:
        """Return what was named."""
        return {Purpose(name): granted for name, granted in self.model_dump(exclude_none=True).items()}


class _WithCompany(Body):
    kind: Person = Person.PERSON
    company: Company | None = None

    @model_validator(mode="after")
    def _company_of_a_company(self) -> Self:
        if (self.company is not None) != (self.kind is Person.COMPANY):
            raise ValueError("company goes with kind company, and only with it")
        return self


class PhoneCodeRequest(Body):
    """A phone to send a code to."""

    phone: PhoneField


class EnrolRequest(_WithCompany):
    """An application for membership by somebody who signed in."""

    name: Name
    phone: PhoneField
    phone_code: PhoneCode
    birthday: Birthday
    terms_version: TermsVersion
    channel: AppChannel
    email: Email | None = None
    interests: Texts = ()
    preferred_categories: Texts = ()
    preferred_brands: Texts = ()
    consents: ConsentChoices = ConsentChoices()

    def preferences(self) -> dict[str, tuple[str, ...]]:
        """Return what the applicant likes, what was left empty left out."""
        return {name: values for name in PREFERENCES if (values := getattr(self, name))}


class ProfileChanges(Body):
    """What to change; a field left out stays, `null` removes what may be removed."""

    name: Name | None = None
    birthday: Birthday | None = None
    email: Email | None = None
    interests: Texts = ()
    preferred_categories: Texts = ()
    preferred_brands: Texts = ()
    company: Company | None = None
    phone: PhoneField | None = None
    phone_code: PhoneCode | None = None
    terms_version: TermsVersion | None = None
    leaderboard_name: LeaderboardName | None = None
    consents: ConsentChoices = ConsentChoices()

    @model_validator(mode="after")
    def _needed_fields_stay(self) -> Self:
        if any(
            getattr(self, name) is None for name in self.model_fields_set & {"name", "birthday", "company", "phone"}
        ):
            raise ValueError("name, birthday, company and phone can be changed, not removed")
        return self

    def profile_fields(self) -> dict[str, Any]:
        """Return the profile attributes that were named, None for one to remove."""
        named = self.model_fields_set & {"name", "birthday", "email", "company", "leaderboard_name", *PREFERENCES}
        return self.model_dump(mode="json", include=named)


class DeskEnrolRequest(_WithCompany):
    """An enrolment at the counter; without birthday and terms the membership waits to be claimed."""

    name: Name
    phone: PhoneField
    birthday: Birthday | None = None
    email: Email | None = None
    card_no: CardNo | None = None
    terms_version: TermsVersion | None = None
    channel: DeskChannel = Channel.COUNTER
    consents: ConsentChoices = ConsentChoices()


class MemberSessionRequest(Body):
    """The code a member shows."""

    member_code: Annotated[str, Field(min_length=1, max_length=200)]


class SearchRequest(Body):
    """Whom to look for: exactly one of the three."""

    phone: PhoneField | None = None
    card_no: CardNo | None = None
    member_id: MemberIdField | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("give exactly one of phone, card_no, member_id")
        return self


class RefusalRequest(Body):
    """Why an applicant is turned down; the applicant reads it."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class CardRequest(Body):
    """A card to give to a member, in place of the one they have."""

    card_no: CardNo
