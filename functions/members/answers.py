"""What the members' and the desk's routes answer: members see themselves whole, the desk sees them masked."""

from typing import Any, Self

from pydantic import AwareDatetime

from functions.members.consent import TERMS
from functions.members.masking import masked_name
from functions.members.profiles import Identity
from loyalty.accounts import Account
from loyalty.dynamo import Item
from loyalty.http import Answer
from loyalty.phones import masked
from loyalty.types import Status


class TermsAnswer(Answer):
    """The terms accepted last."""

    version: str
    at: str


class ChoiceAnswer(Answer):
    """One agreement; `at` is when it was given or withdrawn, null where it was never asked."""

    granted: bool = False
    at: str | None = None


class ConsentsAnswer(Answer):
    """What the member agreed to; each can be withdrawn alone."""

    terms: TermsAnswer | None
    marketing: ChoiceAnswer
    profiling: ChoiceAnswer
    sharing: ChoiceAnswer

    @classmethod
    def of(cls, consent: Item) -> Self:
        """Read the consent row."""
        choices = {name: consent.get(name, {}) for name in ("marketing", "profiling", "sharing")}
        return cls.model_validate({TERMS: consent.get(TERMS), **choices})


class ProfileAnswer(Answer):
    """A member's own data."""

    member_id: str
    name: str
    phone: str
    phone_verified: bool
    email: str | None = None
    birthday: str | None = None
    kind: str
    company: dict[str, str] | None = None
    interests: tuple[str, ...] = ()
    preferred_categories: tuple[str, ...] = ()
    preferred_brands: tuple[str, ...] = ()
    channel: str
    enrolled_at: str
    card_no: str | None = None
    card_lost_at: str | None = None
    leaderboard_name: str | None = None

    @classmethod
    def of_row(cls, profile: Item, **further: object) -> Self:
        """Read the profile row, in which `kind` is part of the key."""
        return cls.model_validate({**profile, "kind": profile["type"], **further})


class MeAnswer(ProfileAnswer):
    """A membership as its member sees it."""

    status: Status
    tier: str
    consents: ConsentsAnswer

    @classmethod
    def of(cls, identity: Identity, account: Account) -> Self:
        """Join what is known of the person and of the account."""
        consents = ConsentsAnswer.of(identity.consent)
        return cls.of_row(identity.profile, status=account.status, tier=account.rung.code, consents=consents)


class PhoneCodeAnswer(Answer):
    """A code is on its way."""

    expires_at: AwareDatetime


class MemberCodeAnswer(Answer):
    """The code to show at a till; ask for the next when this one expires."""

    code: str
    expires_at: AwareDatetime
    svg: str | None = None


class ExportAnswer(Answer):
    """Everything the mall holds of a member."""

    profile: ProfileAnswer
    family: list[dict[str, Any]]
    consents: dict[str, Any]
    account: dict[str, Any]
    entries: list[dict[str, Any]]
    coupons: list[dict[str, Any]]
    rewards: list[dict[str, Any]]
    surveys: list[dict[str, Any]]
    control_decisions: list[dict[str, Any]]
    activity: list[dict[str, Any]]
    occasions: list[dict[str, Any]]
    notices: dict[str, Any]
    wechat: dict[str, str]


class DeskMemberAnswer(Answer):
    """A member as the service desk and the tills see them."""

    member_id: str
    status: Status
    tier: str
    kind: str
    name_masked: str
    phone_masked: str
    phone_verified: bool
    signs_in: bool
    has_card: bool
    channel: str
    enrolled_at: str

    @classmethod
    def of(cls, identity: Identity, account: Account) -> Self:
        """Join what is known of the person and of the account, and hide the person."""
        profile = identity.profile
        return cls(
            member_id=identity.member_id,
            status=account.status,
            tier=account.rung.code,
            kind=profile["type"],
            name_masked=masked_name(profile["name"]),
            phone_masked=masked(profile["phone"]),
            phone_verified=profile["phone_verified"],
            signs_in="login" in profile,
            has_card="card_no" in profile,
            channel=profile["channel"],
            enrolled_at=profile["enrolled_at"],
        )


class FoundAnswer(Answer):
    """Whom a search found: nobody or one."""

    items: list[DeskMemberAnswer]
    next: str | None = None


class SessionMember(Answer):
    """Whom a till serves: enough to greet them."""

    name_masked: str
    tier: str
    status: Status


class MemberSessionAnswer(Answer):
    """A session of one member at one tenant."""

    member_session: str
    expires_at: AwareDatetime
    member: SessionMember
