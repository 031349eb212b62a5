"""The name members choose to be shown by: theirs alone, changed and removed, and no way to reach anybody (P12, M6)."""

from typing import Any

import pytest

from tests.functions.members.conftest import Mall, rows_of

PHONE = "+8613800000001"


@pytest.fixture
def ada(mall: Mall) -> dict[str, Any]:
    """A member."""
    body: dict[str, Any] = mall.enrol("ada", PHONE).body
    return body


def chosen(mall: Mall, name: object) -> Any:
    """Choose a name."""
    return mall.member("ada", "PATCH /me", {"leaderboard_name": name})


def test_nobody_is_shown_who_did_not_choose_to(ada: dict[str, Any]) -> None:
    assert ada["leaderboard_name"] is None
    (profile,) = [row for row in rows_of("members") if row["kind"] == "profile"]
    assert "leaderboard_name" not in profile


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("爱喝茶的猫", "爱喝茶的猫"),
        ("  Tea   Cat  ", "Tea Cat"),
        ("Ｔｅａ", "Tea"),
        ("Mr. Tea", "Mr. Tea"),
        ("J.R.R. 2.0", "J.R.R. 2.0"),
        ("猫2026", "猫2026"),
        ("三七二十一", "三七二十一"),
        ("茶🐱", "茶🐱"),
        ("x" * 20, "x" * 20),
    ],
)
def test_a_name_is_kept_in_its_plain_form(mall: Mall, ada: dict[str, Any], name: str, kept: str) -> None:
    answer = chosen(mall, name)
    assert (answer.status, answer.body["leaderboard_name"]) == (200, kept)
    assert mall.member("ada", "GET /me/export").body["profile"]["leaderboard_name"] == kept
    assert answer.body["name"] == ada["name"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "茶",
        " 茶 ",
        "x" * 21,
        "x" * 201,
        "🐱🐱",
        "13800138000",
        "call 138-0013",
        "１３８００１３８",
        "一三八零零一三",
        "幺三八，〇〇一三",
        "tea@example.com",
        "tea＠example",
        "https://tea",
        "www.tea",
        "tea.cn",
        "茶 Tea。Com",
        "茶馆.中国",
        "tea\tcat",
        "tea\u202ecat",
        "tea\u200bcat",
        7,
    ],
)
def test_a_name_that_reaches_somebody_or_cannot_be_read_is_refused_without_being_quoted(
    mall: Mall, ada: dict[str, Any], name: object
) -> None:
    answer = chosen(mall, name)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert answer.body["errors"][0]["pointer"] == "#/leaderboard_name"
    assert not name or str(name) not in str(answer.body["errors"])
    assert mall.member("ada", "GET /me").body == ada


def test_a_name_can_be_taken_away_again_and_other_changes_leave_it(mall: Mall, ada: dict[str, Any]) -> None:
    chosen(mall, "爱喝茶的猫")
    assert mall.member("ada", "PATCH /me", {"name": "王大明"}).body["leaderboard_name"] == "爱喝茶的猫"
    assert chosen(mall, None).body["leaderboard_name"] is None
    assert not [row for row in rows_of("members") if "leaderboard_name" in row]


def test_an_erased_member_leaves_no_name(mall: Mall, ada: dict[str, Any]) -> None:
    chosen(mall, "爱喝茶的猫")
    assert mall.member("ada", "DELETE /me").status == 204
    assert "爱喝茶的猫" not in str(rows_of("members"))
