"""Anna, who has a thousand points, and Ben; the mall lets them give points to each other."""

from typing import Any

import pytest

from functions.transfer import api
from loyalty import dynamo, identity
from loyalty.programme import Programme
from loyalty.types import Status
from tests.conftest import put_programme
from tests.functions.till import ANNA, BEN, bucket, member
from tests.support import PROGRAMME, HttpAnswer, call, http_event, member_caller

PHONES = {ANNA: "+8613800138000", BEN: "+8613800138001"}
UNKNOWN = "+8613800138009"
RULES = {"enabled": True, "minimum": 100, "most_a_day": 500, "most_a_year": 800}


def known(member_id: str, phone: str) -> None:
    """Let a login of the same name and a phone lead to a member."""
    for key in (f"login/{member_id}", identity.phone_key(phone)):
        row = {"member_id": key, "kind": identity.LOOKUP, "target": member_id}
        dynamo.client().put_item(TableName="members", Item=dynamo.to_item(row))


def stand(member_id: str, status: Status) -> None:
    """Put a member in a status."""
    member(member_id, (bucket(60), 300), (bucket(200), 700), status=status)


def allow(**changes: Any) -> None:
    """Publish a programme with transfers."""
    put_programme(Programme.model_validate({**PROGRAMME.published(), "transfers": RULES | changes}))


def transfer(
    points: int = 100, phone: str = PHONES[BEN], *, giver: str = ANNA, key: str = "key-1", **headers: str
) -> HttpAnswer:
    """Give points."""
    named = {"idempotency-key": key, **headers}
    body = {"to_phone": phone, "points": points}
    return call(api.handler, http_event("POST /me/transfers", body=body, caller=member_caller(giver), headers=named))


def limits(giver: str = ANNA) -> HttpAnswer:
    """Ask what may be given."""
    return call(api.handler, http_event("GET /me/transfers/limits", caller=member_caller(giver)))


@pytest.fixture
def friends(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two members who may give points to each other; pauses take no time."""
    monkeypatch.setattr("loyalty.attempts.LONGEST_PAUSE_SECONDS", 0)
    allow()
    stand(ANNA, Status.ACTIVE)
    member(BEN)
    for member_id, phone in PHONES.items():
        known(member_id, phone)
    return cloud
