"""The register: whole members, exactly once, whoever else enrols at the same instant."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.members import registry, rows
from functions.members.applicants import Applicant, Channel, Purpose
from functions.members.errors import CardTakenError, PhoneHeldError, PhoneNeedsVerificationError, UnknownTierError
from loyalty import account_store, dynamo, identity
from loyalty.types import Origin, Status
from tests.support import PROGRAMME

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PHONE = "+8613800000001"
ADA = Applicant(
    name="王小明",
    phone=PHONE,
    phone_verified=True,
    birthday=date(1990, 5, 1),
    email=None,
    card_no=None,
    channel=Channel.APP,
    terms_version="2026-01",
    login="login-1",
    consents={Purpose.MARKETING: True},
)
AT_COUNTER = replace(ADA, login=None, phone_verified=False, channel=Channel.COUNTER)


def enrol(applicant: Applicant, **further: Any) -> registry.Enrolled:
    return registry.enrol(applicant, Status.ACTIVE, PROGRAMME, NOW, Origin.MEMBER, **further)


def everything(cloud: Any) -> dict[str, list[Any]]:
    return {name: cloud.scan(TableName=name)["Items"] for name in ("members", "accounts")}


def test_an_enrolment_makes_a_whole_member(cloud: Any) -> None:
    made = enrol(ADA, correlation_id="trace-1", actor="member")
    assert made.created
    assert identity.find(identity.phone_key(PHONE)) == made.member_id
    assert identity.find(identity.login_key("login-1")) == made.member_id
    account = account_store.read(made.member_id)
    assert account is not None
    assert (account.version, account.status, account.rung.code) == (0, Status.ACTIVE, "regular")
    profile = dynamo.get("members", {"member_id": made.member_id, "kind": rows.PROFILE})
    assert profile is not None
    assert profile["correlation_id"] == "trace-1"
    assert profile["enrolled_at"] == "2026-11-21T12:00:00.000Z"
    consent = dynamo.get("members", {"member_id": made.member_id, "kind": rows.CONSENT})
    assert consent is not None
    assert consent["terms"] == {"version": "2026-01", "at": "2026-11-21T12:00:00.000Z"}
    assert consent["marketing"]["granted"] is True


def test_the_same_login_finds_its_member_and_writes_nothing(cloud: Any) -> None:
    first = enrol(ADA)
    before = everything(cloud)
    again = enrol(replace(ADA, phone="+8613800000002"))
    assert again == registry.Enrolled(first.member_id, created=False)
    assert everything(cloud) == before


def test_the_same_counter_phone_finds_its_member(cloud: Any) -> None:
    first = enrol(AT_COUNTER)
    assert enrol(replace(AT_COUNTER, name="别人")) == registry.Enrolled(first.member_id, created=False)


def test_a_signed_in_applicant_is_told_which_member_holds_the_phone(cloud: Any) -> None:
    first = enrol(AT_COUNTER)
    with pytest.raises(PhoneHeldError) as held:
        enrol(ADA)
    assert held.value.member_id == first.member_id
    assert held.value.params == {}


def test_a_card_in_use_refuses_the_whole_enrolment(cloud: Any) -> None:
    enrol(replace(AT_COUNTER, card_no="C-1"))
    before = everything(cloud)
    with pytest.raises(CardTakenError):
        enrol(replace(AT_COUNTER, phone="+8613800000002", card_no="C-1"))
    assert everything(cloud) == before


def test_an_erased_phone_enrols_only_by_its_verified_will(cloud: Any) -> None:
    tombstone = rows.RowKey(identity.phone_key(PHONE), rows.ERASED)
    cloud.put_item(TableName="members", Item=dynamo.to_item(tombstone.item()))
    with pytest.raises(PhoneNeedsVerificationError):
        enrol(AT_COUNTER)
    assert everything(cloud)["accounts"] == []
    assert enrol(ADA).created


def test_a_given_tier_is_kept_for_its_year_and_an_unknown_one_is_refused(cloud: Any) -> None:
    made = enrol(replace(AT_COUNTER, tier="gold"))
    account = account_store.read(made.member_id)
    assert account is not None
    assert (account.rung.code, account.rung.until) == ("gold", "271130")
    with pytest.raises(UnknownTierError):
        enrol(replace(AT_COUNTER, phone="+8613800000002", tier="platinum"))
