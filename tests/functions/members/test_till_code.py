"""The member's code: signed, a minute long, and good for one session."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.members import member_code
from loyalty import sessions
from loyalty.errors import SessionExpiredError
from loyalty.types import MemberId, TenantId
from tests.functions.members.conftest import NOON, Mall, rows_of
from tests.support import HttpAnswer, staff_caller, till_caller

PHONE = "+8613800000001"


@pytest.fixture
def ada(mall: Mall) -> str:
    """A member's id."""
    return str(mall.enrol("ada", PHONE).body["member_id"])


def shown(mall: Mall) -> str:
    return str(mall.member("ada", "GET /me/code").body["code"])


def scan(mall: Mall, code: str, key: str = "scan-1", tenant: str = "shoes") -> HttpAnswer:
    return mall.desk(till_caller(tenant), "POST /member-sessions", {"member_code": code}, key=key)


def test_a_code_opens_a_session_of_this_member_at_this_tenant(mall: Mall, ada: str) -> None:
    answer = scan(mall, shown(mall))
    assert answer.status == 201
    assert answer.body["expires_at"] == "2026-11-21T04:15:00Z"
    assert answer.body["member"] == {"name_masked": "王*", "tier": "regular", "status": "active"}
    session = answer.body["member_session"]
    assert sessions.open_session(session, TenantId("shoes"), mall.now) == ada
    with pytest.raises(SessionExpiredError):
        sessions.open_session(session, TenantId("books"), mall.now)


def test_every_code_is_another_and_says_when_it_ends(mall: Mall, ada: str) -> None:
    answers = [mall.member("ada", "GET /me/code").body for _ in range(5)]
    assert len({answer["code"] for answer in answers}) == 5
    assert {answer["expires_at"] for answer in answers} == {"2026-11-21T04:01:00Z"}
    assert all(answer["svg"] is None for answer in answers)


def test_a_code_comes_as_a_picture_if_asked(mall: Mall, ada: str) -> None:
    answer = mall.member("ada", "GET /me/code", query={"svg": "true"})
    assert answer.body["svg"].startswith("<svg")
    assert mall.member("ada", "GET /me/code", query={"svg": "perhaps"}).status == 400


def test_a_code_lasts_a_minute(mall: Mall, ada: str) -> None:
    code = shown(mall)
    mall.later(seconds=59)
    assert scan(mall, code).status == 201
    mall.now = NOON
    code = shown(mall)
    mall.later(seconds=60)
    answer = scan(mall, code, key="scan-2")
    assert (answer.status, answer.code) == (410, "member_code_invalid")


def test_a_code_works_once(mall: Mall, ada: str) -> None:
    code = shown(mall)
    scan(mall, code)
    for key, tenant in (("scan-2", "shoes"), ("scan-1", "books"), ("scan-2", "books")):
        answer = scan(mall, code, key=key, tenant=tenant)
        assert (answer.status, answer.code) == (410, "member_code_invalid"), (key, tenant)


def test_a_code_in_another_case_is_the_same_code(mall: Mall, ada: str) -> None:
    code = shown(mall)
    assert scan(mall, code.lower()).status == 201
    assert scan(mall, code, key="scan-2").status == 410


def test_a_lost_answer_is_given_again_even_after_the_codes_minute(mall: Mall, ada: str) -> None:
    code = shown(mall)
    first = scan(mall, code)
    assert "idempotent-replayed" not in first.headers
    mall.later(minutes=10)
    again = scan(mall, code)
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    mall.later(minutes=5)
    assert scan(mall, code).code == "member_code_invalid"


def test_a_key_serves_one_code(mall: Mall, ada: str) -> None:
    scan(mall, shown(mall))
    second = scan(mall, shown(mall))
    assert (second.status, second.code) == (422, "idempotency_key_reused")


def forged(code: str) -> list[Any]:
    raw = base64.b32decode(code)
    flipped = [base64.b32encode(bytes([*raw[:n], raw[n] ^ 1, *raw[n + 1 :]])).decode() for n in range(len(raw))]
    return [*flipped, code[:-1], code + "A", "A" * 56, "é" * 56, "1" * 56, "=" * 56, "x"]


def test_a_forged_code_is_refused_whichever_byte_was_touched(mall: Mall, ada: str) -> None:
    before = rows_of("members")
    for code in forged(shown(mall)):
        answer = scan(mall, code)
        assert (answer.status, answer.code) == (410, "member_code_invalid"), code
    assert rows_of("members") == before


@pytest.mark.parametrize("code", ["", "x" * 201, None, 5, {}])
def test_what_is_no_text_is_malformed(mall: Mall, code: object) -> None:
    answer = mall.desk(mall.till, "POST /member-sessions", {"member_code": code}, key="k")
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_a_code_of_an_erased_member_opens_nothing(mall: Mall, ada: str) -> None:
    code = shown(mall)
    mall.member("ada", "DELETE /me")
    assert scan(mall, code).code == "member_code_invalid"


def test_only_a_till_opens_sessions(mall: Mall, ada: str) -> None:
    body = {"member_code": shown(mall)}
    assert mall.desk(staff_caller("operator"), "POST /member-sessions", body, key="k").status == 403
    assert mall.desk(mall.till, "POST /member-sessions", body).code == "idempotency_key_required"


def test_a_code_carries_no_more_than_the_random_id(mall: Mall, ada: str) -> None:
    code, expires_at = member_code.make(MemberId(ada), NOON)
    said = member_code.read(code)
    assert (said.member_id, said.expires_at) == (ada, expires_at)
    assert expires_at == datetime(2026, 11, 21, 4, 1, tzinfo=UTC)
    assert expires_at - NOON == timedelta(minutes=1)
    assert code.isascii()
    assert code == code.upper()
    assert len(code) == 56
