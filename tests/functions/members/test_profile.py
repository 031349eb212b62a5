"""A member's own profile: seen whole, changed field by field, the phone only with proof."""

from typing import Any

import pytest

from loyalty import dynamo, identity
from tests.functions.members.conftest import Mall, rows_of
from tests.wallets import coupon, put

PHONE = "+8613800000001"
OTHER = "+8613800000002"


@pytest.fixture
def ada(mall: Mall) -> dict[str, Any]:
    """A member."""
    body: dict[str, Any] = mall.enrol("ada", PHONE, email="ada@example.com", consents={"marketing": True}).body
    return body


def test_a_login_without_membership_is_told_so(mall: Mall) -> None:
    for route in ("GET /me", "PATCH /me", "GET /me/code", "GET /me/export"):
        answer = mall.member("nobody", route, {} if route.startswith("PATCH") else None)
        assert (answer.status, answer.code) == (404, "not_a_member"), route


def test_a_request_without_a_login_is_unauthorized(mall: Mall) -> None:
    assert mall.member("", "GET /me").code == "unauthorized"


def test_only_what_is_named_changes(mall: Mall, ada: dict[str, Any]) -> None:
    mall.later(days=1)
    changes = {"name": "王大明", "email": None, "preferred_brands": ["茶人"], "consents": {"marketing": False}}
    answer = mall.member("ada", "PATCH /me", changes)
    assert answer.status == 200
    consents = {**ada["consents"], "marketing": {"granted": False, "at": "2026-11-22T04:00:00.000Z"}}
    named = {"name": "王大明", "email": None, "preferred_brands": ["茶人"]}
    assert answer.body == {**ada, **named, "consents": consents}
    assert mall.member("ada", "GET /me").body == answer.body


def test_an_empty_change_writes_nothing(mall: Mall, ada: dict[str, Any]) -> None:
    before = rows_of("members")
    assert mall.member("ada", "PATCH /me", {}).body == ada
    assert mall.member("ada", "PATCH /me", {"name": "王小明", "consents": {"marketing": True}}).body == ada
    assert rows_of("members") == before


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"birthday": "2010-01-01"}, 422, "under_age"),
        ({"terms_version": "2019-07"}, 422, "terms_not_accepted"),
        ({"phone": OTHER}, 422, "phone_code_required"),
        ({"phone": OTHER, "phone_code": "000000"}, 422, "phone_code_invalid"),
        ({"phone": "123456"}, 400, "invalid_phone"),
        ({"company": {"name": "x"}}, 422, "not_a_company"),
        ({"name": None}, 400, "invalid_request"),
        ({"birthday": None}, 400, "invalid_request"),
        ({"status": "active"}, 400, "invalid_request"),
        ({"member_id": "somebody-else"}, 400, "invalid_request"),
    ],
)
def test_a_change_that_may_not_be_changes_nothing(
    mall: Mall, ada: dict[str, Any], changes: dict[str, Any], status: int, code: str
) -> None:
    answer = mall.member("ada", "PATCH /me", {"email": "new@example.com", **changes})
    assert (answer.status, answer.code) == (status, code)
    assert mall.member("ada", "GET /me").body == ada


def test_a_new_phone_replaces_the_old_one_and_frees_it(mall: Mall, ada: dict[str, Any]) -> None:
    changes = {"phone": OTHER, "phone_code": mall.code_for("ada", OTHER)}
    assert mall.member("ada", "PATCH /me", changes).body["phone"] == OTHER
    assert identity.find(identity.phone_key(OTHER)) == ada["member_id"]
    assert identity.find(identity.phone_key(PHONE)) is None
    again = mall.member("ada", "PATCH /me", changes)
    assert (again.status, again.body["phone"]) == (200, OTHER)
    assert mall.enrol("bob", PHONE).status == 201


def test_a_phone_of_somebody_else_cannot_be_taken_over(mall: Mall, ada: dict[str, Any]) -> None:
    bob = mall.enrol_at_till(OTHER).body
    answer = mall.member("ada", "PATCH /me", {"phone": OTHER, "phone_code": mall.code_for("ada", OTHER)})
    assert (answer.status, answer.code) == (409, "phone_taken")
    assert identity.find(identity.phone_key(OTHER)) == bob["member_id"]
    assert mall.member("ada", "GET /me").body == ada


def test_new_terms_are_accepted_with_their_date(mall: Mall, ada: dict[str, Any]) -> None:
    mall.later(days=1)
    answer = mall.member("ada", "PATCH /me", {"terms_version": "2026-01"})
    assert answer.body["consents"]["terms"] == ada["consents"]["terms"]


def test_everything_known_can_be_taken_along(mall: Mall, ada: dict[str, Any]) -> None:
    mall.member("ada", "PATCH /me", {"consents": {"marketing": False}})
    answer = mall.member("ada", "GET /me/export")
    assert answer.status == 200
    assert answer.body["profile"]["phone"] == PHONE
    assert answer.body["profile"]["birthday"] == "1990-05-01"
    assert [entry["purpose"] for entry in answer.body["consents"]["history"]] == ["terms", "marketing", "marketing"]
    assert answer.body["account"]["status"] == "active"
    assert answer.body["account"]["tier_until"] == "2027-11-30"
    assert (answer.body["entries"], answer.body["coupons"], answer.body["rewards"]) == ([], [], [])


def test_an_export_names_the_members_coupons_and_rewards(mall: Mall, ada: dict[str, Any]) -> None:
    put(coupon("one", member=ada["member_id"]), coupon("two", member="member-else"))
    order = {
        "reward_id": "order/1",
        "kind": "order",
        "member_id": ada["member_id"],
        "placed": "2026-11-21T04:00:00.000Z",
        "name_zh": "雨伞",
        "name_en": "Umbrella",
        "state": "handed_over",
        "points": 800,
        "actor": "till:shoes",
    }
    dynamo.client().put_item(TableName="rewards", Item=dynamo.to_item(order))
    body = mall.member("ada", "GET /me/export", headers={"accept-language": "en"}).body
    assert [(one["name"], one["state"]) for one in body["coupons"]] == [("one", "issued")]
    assert [(one["name"], one["points"]) for one in body["rewards"]] == [("Umbrella", 800)]
    assert "actor" not in body["rewards"][0]


def test_an_export_holds_what_the_member_said_in_surveys_begun_answered_or_told_to_staff(
    mall: Mall, ada: dict[str, Any]
) -> None:
    said: list[dict[str, Any]] = [
        {"kind": "invitation", "survey": "s-1", "token": "secret-token", "partial": {"why": "半句话"}},
        {"kind": "answer", "texts": [{"question": "why", "text": "排队太久"}]},
        {"kind": "concern/staff-1", "text": "停车场太远", "taken_by": "staff-1", "said_at": "2026-11-21T04:00:00.000Z"},
        {"kind": "note/n-1", "text": "已致电", "by": "staff-1"},
    ]
    for number, row in enumerate(said):
        own = {"survey_id": f"row/{number}", "member_id": ada["member_id"], "placed": f"{number}"}
        dynamo.client().put_item(TableName="surveys", Item=dynamo.to_item(row | own))
    told = mall.member("ada", "GET /me/export").body["surveys"]
    assert [one["kind"] for one in told] == [row["kind"] for row in said]
    assert (told[0]["partial"], told[1]["texts"][0]["text"], told[2]["text"]) == (
        {"why": "半句话"}, "排队太久", "停车场太远",
    )  # fmt: skip
    assert not any(word in str(told) for word in ("secret-token", "taken_by", "已致电"))


def test_an_export_reads_every_page_of_the_statement(
    mall: Mall, ada: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in range(1, 6):
        row = {
            "source": f"receipt/shoes/{version}",
            "movement": "purchase",
            "kind": "purchase",
            "at": "2026-11-21T04:00:00.000Z",
            "recorded_at": "2026-11-21T04:00:00.000Z",
            "origin": "till",
            "actor": "till:shoes",
            "member_id": ada["member_id"],
            "account_version": version,
            "legs": [["points", "271130", 7], ["growth", "271130", 1]],
            "reasons": [["base", "points", 7]],
            "answer": {},
        }
        dynamo.client().put_item(TableName="ledger", Item=dynamo.to_item(row))
    real, pages = dynamo.client()._make_api_call, []

    def two_a_page(operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "Query" and arguments["TableName"] == "ledger":
            pages.append(operation)
            arguments = {**arguments, "Limit": 2}
        return real(operation, arguments)

    monkeypatch.setattr(dynamo.client(), "_make_api_call", two_a_page)
    entries = mall.member("ada", "GET /me/export", headers={"accept-language": "en"}).body["entries"]
    assert len(entries) == 5
    assert len(pages) == 3
    assert entries[0]["points"] == {"points": 7, "growth": 1}
    assert entries[0]["reasons"] == ["Points for your purchase"]


def test_the_checkout_knows_the_birthday_without_its_year_and_a_second_correction_moves_nothing(
    mall: Mall, ada: dict[str, Any]
) -> None:
    def born() -> str:
        row = dynamo.get("members", {"member_id": ada["member_id"], "kind": "dates"}, consistent=True) or {}
        return str(row["born"])

    enrolled = born()
    assert enrolled == ada["birthday"][5:].replace("-", "")
    for birthday, expected in [("1980-02-29", "0229"), ("1980-03-01", "0229")]:
        assert mall.member("ada", "PATCH /me", {"birthday": birthday}).body["birthday"] == birthday
        assert born() == expected
