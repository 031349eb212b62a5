"""Adults agree by their own phone before anything is used, and withdraw by it whenever they like (M4, K1)."""

from typing import Any

import pytest

from functions.members import family_api
from functions.members.family_terms import VERSION
from loyalty.dynamo import Item
from tests.functions.members.conftest import Mall, rows_of
from tests.support import HttpAnswer, call, http_event, staff_caller

PHONE = "+8613800000001"
THEIRS = "+8613900000002"
SPOUSE = {"relation": "spouse", "birthday": "1991-02-28"}


def relatives() -> list[Item]:
    return [row for row in rows_of("members") if row["kind"].startswith("relative/")]


def agreements() -> list[Item]:
    return [row for row in rows_of("members") if row["member_id"].startswith("adult/")]


def registered(mall: Mall, login: str, key: str = "k-1", **changes: Any) -> str:
    """Register a spouse; the path of the entry."""
    answer = mall.family(login, "POST /me/family", {**SPOUSE, **changes}, key)
    assert answer.status == 201, answer.body
    return f"/me/family/{answer.body['relative_id']}"


def asked(mall: Mall, login: str, path: str, phone: str = THEIRS) -> str:
    """Ask the relative; the code their phone received."""
    answer = mall.family(login, f"POST {path}/codes", {"phone": phone})
    assert answer.status == 202, answer.body
    return mall.inbox(phone)[-1].split("验证码 ")[1][:6]


def confirm(mall: Mall, login: str, path: str, code: str, phone: str = THEIRS) -> HttpAnswer:
    return mall.family(login, f"POST {path}/confirmations", {"phone": phone, "phone_code": code})


def agreed(mall: Mall, login: str, key: str = "k-1") -> str:
    """A spouse who agreed; the path of the entry."""
    path = registered(mall, login, key)
    assert confirm(mall, login, path, asked(mall, login, path)).status == 200
    return path


@pytest.fixture
def ada(mall: Mall) -> str:
    return str(mall.enrol("ada", PHONE).body["member_id"])


def test_the_relative_reads_who_asks_for_what_on_their_own_phone(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada")
    code = asked(mall, "ada", path)
    (text,) = mall.inbox(THEIRS)
    assert all(word in text for word in ("【aurora】", "王*", "生日", "撤回", code))
    assert "小明" not in text
    mall.family("ada", f"POST {path}/codes", {"phone": THEIRS}, language="en")
    assert mall.inbox(THEIRS)[-1].startswith("[aurora] Member 王* wants to register you as family")


def test_a_relative_is_in_use_once_their_code_came_back_and_never_lapses(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada")
    assert "born_on" not in relatives()[0]
    answer = confirm(mall, "ada", path, asked(mall, "ada", path))
    assert (answer.status, answer.body["state"], answer.body["lapses_at"]) == (200, "in_use", None)
    assert answer.body["consent"] == {"by": "adult", "version": VERSION, "at": "2026-11-21T04:00:00Z"}
    (row,) = relatives()
    assert (row["born_on"][:4], "ttl" in row) == ("0228", False)


def test_a_confirmation_that_comes_again_finds_it_given(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada")
    code = asked(mall, "ada", path)
    first = confirm(mall, "ada", path, code)
    assert confirm(mall, "ada", path, code).body == first.body
    (consent,) = (row for row in rows_of("members") if row["kind"] == "consent")
    assert len(consent["family"]) == len(agreements()) == 1


def test_the_phone_is_kept_as_a_keyed_digest_alone(mall: Mall, ada: str) -> None:
    agreed(mall, "ada")
    stored = str(rows_of("members"))
    assert THEIRS not in stored
    assert "13900000002" not in stored


def test_a_code_confirms_the_entry_it_was_sent_for_and_nothing_else(mall: Mall, ada: str) -> None:
    path, other = registered(mall, "ada"), registered(mall, "ada", "k-2", relation="parent")
    code, sign_in = asked(mall, "ada", path), mall.code_for("ada", THEIRS)
    assert confirm(mall, "ada", other, code).code == "phone_code_invalid"
    if sign_in != code:
        assert confirm(mall, "ada", path, sign_in).code == "phone_code_invalid"
    assert [row.get("consent") for row in relatives()] == [None, None]


def test_guesses_are_counted(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada")
    wrong = f"{(int(asked(mall, 'ada', path)) + 1) % 10**6:06d}"
    assert [confirm(mall, "ada", path, wrong).status for _ in range(6)] == [422] * 5 + [429]


def test_nobody_agrees_for_another_by_their_own_phone(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada")
    assert mall.family("ada", f"POST {path}/codes", {"phone": PHONE}).code == "own_phone"
    assert confirm(mall, "ada", path, "123456", PHONE).code == "own_phone"


def test_for_a_minor_nobody_is_asked(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada", relation="child", birthday="2019-06-01", guardian_terms_version=VERSION)
    assert mall.family("ada", f"POST {path}/codes", {"phone": THEIRS}).code == "no_consent_needed"


def test_who_agreed_cannot_be_replaced_by_another_phone(mall: Mall, ada: str) -> None:
    path = agreed(mall, "ada")
    other = "+8613900000003"
    assert mall.family("ada", f"POST {path}/codes", {"phone": other}).code == "relative_agreed"
    assert confirm(mall, "ada", path, "123456", other).code == "relative_agreed"


def test_a_member_can_only_send_so_many_texts_to_others(mall: Mall, ada: str) -> None:
    paths = [registered(mall, "ada", f"k-{n}", relation="parent") for n in range(4)]
    sent = [mall.family("ada", f"POST {paths[n % 4]}/codes", {"phone": f"139000000{n:02d}"}).status for n in range(11)]
    assert sent == [202] * 10 + [429]


def test_a_grown_up_child_agrees_for_itself(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada", relation="child", birthday="2008-11-25", guardian_terms_version=VERSION)
    mall.later(days=10)
    answer = confirm(mall, "ada", path, asked(mall, "ada", path))
    assert (answer.body["state"], answer.body["lapses_at"], answer.body["consent"]["by"]) == ("in_use", None, "adult")


def test_whoever_holds_the_phone_withdraws_from_every_family_member_or_not(mall: Mall, ada: str) -> None:
    mall.enrol("bob", "+8613800000003")
    agreed(mall, "ada")
    agreed(mall, "bob")
    code = mall.code_for("eve", THEIRS)
    body = {"phone": THEIRS, "phone_code": code}
    assert mall.family("eve", "POST /me/family-withdrawals", body).body == {"withdrawn": 2}
    assert (relatives(), agreements()) == ([], [])
    consents = [row["family"] for row in rows_of("members") if row["kind"] == "consent"]
    assert [[one["granted"] for one in family] for family in consents] == [[True, False]] * 2
    assert mall.family("eve", "POST /me/family-withdrawals", body).code == "phone_code_invalid"


def test_nobody_withdraws_for_a_phone_they_do_not_hold(mall: Mall, ada: str) -> None:
    agreed(mall, "ada")
    body = {"phone": THEIRS, "phone_code": "123456"}
    assert mall.family("eve", "POST /me/family-withdrawals", body).code == "phone_code_invalid"
    assert len(relatives()) == 1


def test_the_desk_withdraws_for_those_who_have_no_app(mall: Mall, ada: str) -> None:
    agreed(mall, "ada")

    def at_desk(group: str) -> HttpAnswer:
        event = http_event("POST /members/family-withdrawals", body={"phone": THEIRS}, caller=staff_caller(group))
        return call(family_api.handler, event)

    assert at_desk("marketer").status == 403
    assert [at_desk("operator").body for _ in range(2)] == [{"withdrawn": 1}, {"withdrawn": 0}]
    assert relatives() == []


def test_the_member_who_takes_an_entry_away_leaves_no_trace_of_the_adult(mall: Mall, ada: str) -> None:
    path = agreed(mall, "ada")
    assert mall.family("ada", f"DELETE {path}").status == 204
    assert (relatives(), agreements()) == ([], [])


def test_who_leaves_the_programme_leaves_the_families_of_others_too(mall: Mall, ada: str) -> None:
    agreed(mall, "ada")
    mall.enrol("bob", THEIRS)
    assert mall.member("bob", "DELETE /me").status == 204
    assert (relatives(), agreements()) == ([], [])
