"""Files of members, from the first request to the report."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from functions.members.import_rows import COLUMNS
from loyalty import dynamo, identity
from tests.functions.imports.cloud import (
    ImportCloud,
    KilledError,
    as_csv,
    enrol,
    imports_cloud,
    report,
    rows_of,
)

CANARIES = ("13900001111", "Wang Canary", "canary@example.com", "CARD-CANARY", "1977-07-07")


def row(phone: str, name: str = "Li", **other: str) -> list[str]:
    cells = {"phone": phone, "name": name} | other
    return [cells.get(column, "") for column in COLUMNS]


@pytest.fixture
def mall() -> Any:
    with imports_cloud("members") as cloud:
        yield cloud


def account_of(phone: str) -> Any:
    member_id = identity.find(identity.phone_key(phone))
    return dynamo.get("accounts", {"member_id": member_id}) if member_id else None


def profile_of(phone: str) -> Any:
    member_id = identity.find(identity.phone_key(phone))
    return dynamo.get("members", {"member_id": member_id, "kind": "profile"}) if member_id else None


FILE = [
    row("13800000001", "Anna", birthday="1980-02-29", email="a@b.cn", card_no="C-0001", enrolled_at="1999-05-01"),
    row("13800000002", "Ben", tier="gold", points="500", points_expire_on="2097-06-30"),
    row("138-0000-0002", "Ben", tier="gold", points="500", points_expire_on="2097-06-30"),
    row("13800000002", "Benjamin"),
    row("13800000003", "", points="1"),
    row("123", "Nobody"),
    row("13800000004", "Child", birthday="2015-01-01"),
    row("13800000005", "Odd", tier="wood"),
    row("13800000006", "Past", points="70", points_expire_on="2020-01-31"),
]


def test_a_file_makes_unclaimed_members_with_their_opening_points(mall: ImportCloud) -> None:
    status = mall.run(as_csv(COLUMNS, FILE))
    counts = [status[name] for name in ("state", "rows", "accepted", "known", "refused")]
    assert counts == ["done", 9, 3, 1, 5]
    assert report(status["import_id"], "members") == [
        (5, "phone", "contradicts_earlier_row"),
        (6, "name", "missing"),
        (7, "phone", "invalid_phone"),
        (8, "birthday", "under_age"),
        (9, "tier", "unknown_tier"),
    ]
    ben = account_of("+8613800000002")
    assert (ben["status"], ben["tier"], ben["buckets"]) == ("unclaimed", "gold", {"points": {"970630": 500}})
    assert profile_of("+8613800000002")["tier"] == "gold"
    assert profile_of("+8613800000001")["enrolled_at"] == "1999-04-30T16:00:00.000Z"
    assert profile_of("+8613800000001")["batch"] == status["import_id"]


def test_opening_points_are_an_entry_and_lapse_at_once_where_their_day_is_past(mall: ImportCloud) -> None:
    mall.run(as_csv(COLUMNS, FILE))
    past = next(entry for entry in rows_of("ledger") if entry["answer"]["points_earned"] == 70)
    assert past["source"] == f"opening/{past['member_id']}"
    assert (past["movement"], past["kind"]) == ("points", "opening")
    assert past["legs"] == [["points", "200131", 70], ["points", "200131", -70]]
    assert past["reasons"] == [["opening_balance", "points", 70], ["lapsed", "points", -70]]
    assert "buckets" not in account_of("+8613800000006")


def test_a_file_without_points_needs_no_approval(mall: ImportCloud) -> None:
    import_id = mall.begin(as_csv(("name", "phone"), [["Anna", "13800000001"], ["Ben", "13800000002"]]))
    status = mall.status(import_id).body
    assert (status["state"], status["accepted"]) == ("done", 2)


def test_the_same_file_again_changes_nothing(mall: ImportCloud) -> None:
    mall.run(as_csv(COLUMNS, FILE))
    before = rows_of("ledger"), rows_of("accounts"), rows_of("members")
    again = mall.run(as_csv(COLUMNS, FILE), key="key-2")
    assert [again[name] for name in ("accepted", "known", "refused")] == [0, 4, 5]
    assert (rows_of("ledger"), rows_of("accounts"), rows_of("members")) == before


def test_another_opening_balance_is_refused(mall: ImportCloud) -> None:
    mall.run(as_csv(COLUMNS, [row("13800000001", points="5")]))
    other = mall.run(as_csv(COLUMNS, [row("13800000001", points="6")]), key="key-2")
    assert report(other["import_id"], "members") == [(2, "points", "opening_balance_differs")]


def test_a_member_of_the_counter_is_known_and_gets_opening_points_once(mall: ImportCloud) -> None:
    enrol("+8613800000001")
    assert mall.run(as_csv(COLUMNS, [row("13800000001")]))["known"] == 1
    assert mall.run(as_csv(COLUMNS, [row("13800000001", points="9")]), key="key-2")["accepted"] == 1
    assert mall.run(as_csv(COLUMNS, [row("13800000001", points="9")]), key="key-3")["known"] == 1
    assert sum(account_of("+8613800000001")["buckets"]["points"].values()) == 9


def test_an_erased_phone_is_not_imported_again(mall: ImportCloud) -> None:
    tombstone = {"member_id": identity.phone_key("+8613800000001"), "kind": "erased"}
    dynamo.client().put_item(TableName="members", Item=dynamo.to_item(tombstone))
    status = mall.run(as_csv(COLUMNS, [row("13800000001")]))
    assert report(status["import_id"], "members") == [(2, "phone", "phone_needs_verification")]
    assert account_of("+8613800000001") is None


def test_a_card_in_use_is_refused(mall: ImportCloud) -> None:
    rows = [row("13800000001", card_no="C-0001"), row("13800000002", card_no="C-0001")]
    status = mall.run(as_csv(COLUMNS, rows))
    assert report(status["import_id"], "members") == [(3, "card_no", "card_taken")]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(3))
def test_killed_at_any_member_and_run_again_equals_one_run(mall: ImportCloud, at: int, after: bool) -> None:
    import_id = mall.begin(as_csv(COLUMNS, FILE))
    mall.approve(import_id)
    with pytest.raises(KilledError):
        mall.pump(mall.killing(at, after=after))
    mall.pump()
    status = mall.status(import_id).body
    assert [status[name] for name in ("state", "accepted", "known", "refused")] == ["done", 3, 1, 5]
    assert len(rows_of("accounts")) == 3
    assert len(rows_of("ledger")) == 2


def test_personal_data_is_in_no_log_and_in_no_report(
    mall: ImportCloud, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    phone, name, email, card, birthday = CANARIES
    fine = row(phone, name, email=email, card_no=card, birthday=birthday, points="5")
    spoiled = [row(f"{phone}x", name, email=f"{email}@", card_no=f"{card}!", birthday=birthday) for _ in range(3)]
    with caplog.at_level(logging.DEBUG, logger="tests"):
        status = mall.run(as_csv(COLUMNS, [fine, *spoiled, row(phone, f"{name} again")]))
        mall.hear(mall.put(mall.send("key-2").body["import_id"], as_csv([phone, name], [[email, card]])))
    assert (status["accepted"], status["refused"]) == (1, 4)
    printed = capsys.readouterr()
    seen = f"{printed.out}{printed.err}{caplog.text}{rows_of('imports')}{report(status['import_id'], 'members')}"
    assert "import_step_done" in seen
    for canary in CANARIES:
        assert canary not in seen


def test_a_defect_is_logged_without_the_row_that_met_it(
    mall: ImportCloud, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(unit: Any, *_: Any) -> Any:
        raise ValueError(f"cannot digest {unit.data} of {unit.key}")

    import_id = mall.begin(as_csv(("phone", "name"), []) + b"13900001111,Wang Canary\n")
    assert mall.status(import_id).body["state"] == "done"
    other = mall.send("key-2").body["import_id"]
    mall.hear(mall.put(other, b"phone,name\n13900002222,Wang Canary\n"))
    with pytest.raises(AssertionError, match="never runs empty"):
        mall.pump(replace(mall.kind, apply=broken))
    printed = capsys.readouterr()
    assert "message_failed" in printed.out + caplog.text
    assert "Canary" not in printed.out + printed.err + caplog.text
    assert mall.status(other).body["state"] == "applying"
