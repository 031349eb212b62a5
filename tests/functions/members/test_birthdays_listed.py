"""Members from before the index of birthdays are found after the tool has run: all of them, and nobody is changed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from functions.members import birthdays, profiles
from loyalty import dynamo
from loyalty.birthday_index import Born
from tests.functions.members.conftest import Mall
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.functions.members.test_birthday_index import born
from tests.support import Context

DAY = date(2027, 5, 1)
MEMBERS = 12


@pytest.fixture
def members(mall: Mall) -> list[str]:
    """Members of one birthday: a third is listed, a third is not, a third has no row of days; and one without any."""
    mall.enrol_at_till("+8613800009999")
    found = []
    for number in range(MEMBERS):
        who = mall.enrol_at_till(f"+861380000{number:04}", birthday="1990-05-01").body["member_id"]
        found.append(who)
        key = dynamo.to_item({"member_id": who, "kind": "dates"})
        if number % 3 == 1:
            dynamo.client().update_item(TableName="members", Key=key, UpdateExpression="REMOVE born_on")
        if number % 3 == 2:
            dynamo.client().delete_item(TableName="members", Key=key)
    return sorted(found)


def invoke(payload: dict[str, Any] | None = None) -> dict[str, Any]:
    context: Any = Context()
    return birthdays.handler(payload or {}, context)


def everybody(*segments: dict[str, Any]) -> int:
    """Invoke it until nothing is left; return how many were listed."""
    listed = 0
    for segment in segments or ({},):
        rest: dict[str, Any] | None = segment
        while rest is not None:
            answer = invoke(rest)
            listed, rest = listed + answer["listed"], answer["next"]
    return listed


def found() -> list[str]:
    return sorted(one.member_id for one in born(DAY) if one == Born(one.member_id, None))


def everything() -> dict[tuple[str, str], dict[str, Any]]:
    rows = map(dynamo.from_item, dynamo.client().scan(TableName="members")["Items"])
    return {(row["member_id"], row["kind"]): row for row in rows}


def test_whoever_was_there_before_the_index_is_found_and_the_second_run_finds_nothing_to_do(
    mall: Mall, members: list[str]
) -> None:
    assert len(found()) == MEMBERS // 3
    assert everybody() == MEMBERS * 2 // 3
    assert found() == members
    assert everybody() == 0


def test_nothing_else_of_a_member_changes(mall: Mall, members: list[str]) -> None:
    before = everything()
    everybody()
    after = everything()
    for key, row in before.items():
        if key[1] == "dates":
            assert row.items() <= after[key].items()
        else:
            assert {**row, "revision": None} == {**after[key], "revision": None}
    assert {kind for _, kind in after.keys() - before.keys()} == {"dates"}


def test_a_run_whose_time_is_over_says_where_to_go_on(
    mall: Mall, members: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(birthdays, "PAGE_ROWS", 3)
    monkeypatch.setattr(birthdays, "SLICE_SECONDS", 0.0)
    first = invoke()
    assert first["rows"] == 3
    assert first["listed"] + everybody(first["next"]) == MEMBERS * 2 // 3
    assert found() == members


def test_eight_callers_share_the_work(mall: Mall, members: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(birthdays, "PAGE_ROWS", 4)
    assert everybody(*({"segment": number, "segments": 8} for number in range(8))) == MEMBERS * 2 // 3
    assert found() == members


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(0, 12, 3))
def test_whichever_call_breaks_it_is_done_by_asking_again(
    mall: Mall, members: list[str], number: int, fault: Fault
) -> None:
    with broken_call(number, fault):
        try:
            invoke()
        except (KilledError, Exception):  # noqa: BLE001 - whatever ended the run, it is invoked again
            assert fault in Fault
    everybody()
    assert found() == members


def test_who_is_erased_meanwhile_stays_forgotten(
    mall: Mall, members: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = members[0]
    change: Callable[..., Any] = profiles.change

    def erased_first(member_id: str, *rest: Any) -> Any:
        for kind in ("profile", "dates"):
            key = dynamo.to_item({"member_id": gone, "kind": kind})
            dynamo.client().delete_item(TableName="members", Key=key)
        return change(member_id, *rest)

    monkeypatch.setattr(profiles, "change", erased_first)
    everybody()
    assert found() == members[1:]


def test_neither_the_answer_nor_the_log_says_who_it_is(
    mall: Mall, members: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = str(invoke())
    captured = capsys.readouterr()
    said += captured.out + captured.err
    assert "'listed': 8" in said
    assert not [one for one in (*members, "1990", "0501", "8613800000001") if one in said]


@pytest.mark.parametrize("payload", [{"segment": 1}, {"segments": 0}, {"from": "2026"}])
def test_what_is_no_part_of_the_table_is_refused(mall: Mall, payload: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        invoke(payload)
