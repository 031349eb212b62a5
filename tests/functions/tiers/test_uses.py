"""Using what a tier brings: at a till or at the desk, so often and no more, once each, undone in time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from loyalty.clock import utc_now
from loyalty.entries import EntryKey
from loyalty.types import Status
from tests.functions.tiers.claims import at_desk, left, mine, put, stands, undo, use
from tests.functions.till import (
    ANNA,
    BEN,
    WRITE,
    WRITTEN,
    account_of,
    bucket,
    everything,
    ledger_rows,
    member,
    once,
    session,
)


def lost(**_: Any) -> None:
    raise ReadTimeoutError(endpoint_url="dynamodb")


def test_a_tier_shows_what_it_brings_and_what_would_open_more() -> None:
    body = mine("en").body
    assert [(one["code"], one["quota"], one["used"], one["remaining"]) for one in body["entitlements"]] == [
        ("parking", 3, 0, 3),
        ("lounge", 1, 0, 1),
    ]
    assert [(one["name"], one["is_open"], one["missing_fen"], one["missing_points"]) for one in body["unlocks"]] == [
        ("Tasting", False, 500_000, None),
        ("Points privilege", False, None, 1000),
    ]


def test_a_use_is_an_entry_of_the_ledger_that_moves_no_points() -> None:
    answer = use()
    assert (answer.status, answer.body["used"], answer.body["remaining"]) == (201, 1, 2)
    (entry,) = ledger_rows()
    assert (entry["kind"], entry["legs"], entry["actor"], entry["member_id"]) == ("use", [], "till:shoes", ANNA)
    assert entry["source"].startswith(f"use/{ANNA}/")
    assert {name: entry["facts"][name] for name in ("entitlement", "tier", "tenant_id")} == {
        "entitlement": "parking",
        "tier": "gold",
        "tenant_id": "shoes",
    }
    assert left() == 2


def test_a_repeated_use_is_one_use_and_answered_alike() -> None:
    first, before = use(), everything()
    again = use()
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    assert everything() == before


def test_a_key_means_one_use_of_one_thing() -> None:
    use()
    answer = use("lounge")
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")


def test_the_same_key_of_another_till_or_of_the_desk_is_another_use() -> None:
    assert [use().status, use(tenant_id="books").status, at_desk("/parking/uses").status] == [201, 201, 201]
    assert left() == 0


def test_a_quota_that_is_used_up_refuses_with_when_it_comes_back() -> None:
    for number in range(3):
        assert use(key=f"key-{number}").status == 201
    before = everything()
    answer = use(key="key-4")
    assert (answer.status, answer.code) == (422, "entitlement_used_up")
    assert (answer.body["quota"], answer.body["used"]) == (3, 3)
    assert answer.body["resets_on"] == mine().body["entitlements"][0]["resets_on"]
    assert answer.body["resets_on"].endswith("-01")
    assert everything() == before


def test_the_last_use_whose_answer_was_lost_is_answered_not_refused() -> None:
    use("lounge")
    assert use("lounge", key="key-1").status == 201
    assert use("lounge", key="key-2").code == "entitlement_used_up"


@pytest.mark.parametrize("moment", [WRITE, WRITTEN])
def test_a_use_whose_call_fails_is_made_once(moment: str) -> None:
    with once(moment, lost):
        assert use().status == 201
    assert (len(ledger_rows()), left()) == (1, 2)


def test_two_tills_at_the_same_time_never_pass_the_quota() -> None:
    with once(WRITE, lambda **_: use("lounge", key="other", tenant_id="books")):
        assert use("lounge").code == "entitlement_used_up"
    assert (len(ledger_rows()), left("lounge")) == (1, 0)


def test_a_quota_of_a_month_that_is_over_is_whole_again() -> None:
    put(replace(account_of(), uses={"parking": ("2501", 3)}))
    assert left() == 3
    assert use().body["used"] == 1


@pytest.mark.parametrize("code", ["tasting", "nothing_known"])
def test_what_neither_tier_nor_unlock_brings_is_refused(code: str) -> None:
    answer = use(code)
    assert (answer.status, answer.code, answer.body["entitlement"]) == (422, "entitlement_not_held", code)
    assert ledger_rows() == []


def test_an_unlock_adds_to_what_the_tier_brings_while_it_is_open() -> None:
    stands("silver", (bucket(), 1000))
    assert left() == 3
    stands("silver", (bucket(), 999))
    assert left() == 2


def test_a_lower_tier_leaves_nothing_of_what_was_used_above_its_quota() -> None:
    for number in range(3):
        use(key=f"key-{number}")
    put(replace(account_of(), rung=replace(account_of().rung, code="silver")))
    assert left() == 0


def test_a_use_needs_a_session_of_this_tenant_and_an_active_member() -> None:
    assert use(member_session=session(tenant_id="books")).code == "member_session_expired"
    assert use(member_session=session(minutes=-1)).code == "member_session_expired"
    assert use(key="").status == 400
    stands("gold", status=Status.FROZEN)
    assert use().code == "membership_status"
    assert at_desk("/parking/uses").code == "membership_status"
    assert ledger_rows() == []


def test_a_use_recorded_in_time_is_answered_after_the_session_is_over() -> None:
    first = use()
    again = use(member_session=session(minutes=-1))
    assert (again.status, again.body) == (201, first.body)


def test_a_use_is_undone_once_and_may_be_used_again() -> None:
    use_id = use().body["use_id"]
    first, before = undo(use_id), everything()
    assert (first.status, first.body["used"], left()) == (201, 0, 3)
    assert undo(use_id).body == first.body
    assert everything() == before
    assert [row["kind"] for row in ledger_rows()].count("refund") == 1


def test_a_till_undoes_its_own_uses_and_the_desk_those_of_its_member() -> None:
    use_id = use().body["use_id"]
    assert undo(use_id, tenant_id="books").code == "use_not_found"
    assert undo(use_id, code="lounge").code == "use_not_found"
    for none_of_ours in ("bm8tc3VjaA", EntryKey("receipt/shoes/R-1", "use").entry_id):
        assert undo(none_of_ours).code == "use_not_found"
    assert undo(at_desk("/parking/uses", key="key-9").body["use_id"]).code == "use_not_found"
    member(BEN)
    assert at_desk(f"/parking/uses/{use_id}/refunds", member_id=BEN).code == "use_not_found"
    assert left() == 1
    assert at_desk(f"/parking/uses/{use_id}/refunds").status == 201
    assert left() == 2


def test_a_use_of_a_period_that_is_over_is_not_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    use_id = use().body["use_id"]
    later = utc_now() + timedelta(days=32)
    monkeypatch.setattr("functions.tiers.till.utc_now", lambda: later)
    answer = undo(use_id)
    assert (answer.status, answer.code) == (409, "use_period_over")


def test_the_desk_reads_and_uses_and_others_do_not() -> None:
    assert at_desk("", method="GET").body == mine().body
    assert at_desk("", "k", ANNA, "auditor", method="GET").status == 200
    for groups in (("marketer",), ("approver",)):
        assert at_desk("", "k", ANNA, *groups, method="GET").code == "forbidden"
    for groups in (("marketer",), ("approver",), ("auditor",)):
        assert at_desk("/parking/uses", "k", ANNA, *groups).code == "forbidden"
        assert at_desk("/parking/uses/dXNlCg/refunds", "k", ANNA, *groups).code == "forbidden"
    assert at_desk("", member_id="nobody-here", method="GET").code == "account_not_found"
    assert at_desk("/parking/uses", member_id="nobody-here").code == "unknown_member"


def test_a_login_without_account_finds_nothing() -> None:
    assert mine(login="stranger").code == "account_not_found"
