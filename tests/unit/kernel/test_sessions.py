"""Member sessions: signed, of one tenant, over after fifteen minutes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty import sessions
from loyalty.errors import SessionExpiredError
from loyalty.sessions import Session
from loyalty.types import MemberId, TenantId

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SHOES = TenantId("shoes")
MINE = Session(MemberId("member-1"), SHOES, NOW + sessions.LIFETIME)


@pytest.fixture
def text(cloud: Any) -> str:
    return sessions.issue(MINE)


def test_a_session_opens_for_its_tenant_until_it_is_over(text: str) -> None:
    assert sessions.read(text, SHOES) == MINE
    assert sessions.open_session(text, SHOES, NOW + timedelta(minutes=14, seconds=59)) == "member-1"
    with pytest.raises(SessionExpiredError):
        sessions.open_session(text, SHOES, NOW + timedelta(minutes=15))


def test_the_same_session_is_always_the_same_text(text: str) -> None:
    assert sessions.issue(MINE) == text
    assert "member-1" not in text


def test_another_tenant_cannot_tell_a_session_from_a_forgery(text: str) -> None:
    for wrong in (text, text[:-1], "x" + text):
        with pytest.raises(SessionExpiredError):
            sessions.read(wrong, TenantId("bags"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(at=st.integers(0, 200), letter=st.sampled_from("AZaz09-_.é\n"))
def test_a_session_with_one_character_changed_is_never_another_session(text: str, at: int, letter: str) -> None:
    forged = text[: at % len(text)] + letter + text[at % len(text) + 1 :]
    try:
        assert sessions.read(forged, SHOES) == MINE
    except SessionExpiredError:
        assert forged != text


@pytest.mark.parametrize("junk", [".", "a.b", "....", "é.é", "bWVtYmVy", "\n", "a" * 512])
def test_what_was_never_issued_is_refused(text: str, junk: str) -> None:
    with pytest.raises(SessionExpiredError):
        sessions.read(junk, SHOES)
