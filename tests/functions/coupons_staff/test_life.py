"""A template's life by API: drafted, approved by another, published with stock and word, paused, ended."""

from collections.abc import Mapping
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.coupons import issue
from tests.functions.coupons_staff.office import (
    APPROVER,
    AUDITOR,
    DEFINITION,
    MARKETER,
    OPERATOR,
    draft,
    everything,
    published,
    rows,
    send,
    step,
)
from tests.support import staff_caller

pytestmark = pytest.mark.usefixtures("office")
NOBODY = "0" * 24


def read(template_id: str) -> Any:
    return send(f"GET /coupon-templates/{template_id}", caller=AUDITOR).body


def test_a_template_is_drafted_once_however_often_it_is_sent() -> None:
    first = send("POST /coupon-templates", DEFINITION, key="k")
    before = everything()
    again = send("POST /coupon-templates", DEFINITION, key="k")
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert first.headers["location"] == f"/coupon-templates/{first.body['template_id']}"
    assert everything() == before


def test_a_key_stands_for_one_draft_of_one_person() -> None:
    template_id = draft("k")
    assert send("POST /coupon-templates", DEFINITION | {"quantity": 5}, key="k").code == "idempotency_key_reused"
    other = send("POST /coupon-templates", DEFINITION, staff_caller("marketer", login="max"), key="k")
    assert other.body["template_id"] != template_id


def test_nobody_approves_what_they_wrote() -> None:
    both = staff_caller("marketer", "approver", login="bo")
    answer = send("POST /coupon-templates", DEFINITION, both, key="k")
    template_id = answer.body["template_id"]
    assert step(template_id, "approvals", both).code == "own_approval"
    assert read(template_id)["state"] == "draft"
    assert step(template_id, "approvals", APPROVER).body["approved_by"] == "an"


def test_an_approval_names_the_version_that_was_looked_at() -> None:
    template_id = draft()
    send(f"PATCH /coupon-templates/{template_id}", {"quantity": 7})
    blind = send(f"POST /coupon-templates/{template_id}/approvals", {"version": 1}, APPROVER)
    assert (blind.status, blind.code, blind.body["version"]) == (409, "changed_meanwhile", 2)
    assert send(f"POST /coupon-templates/{template_id}/approvals", {"version": 2}, APPROVER).status == 201


def test_a_change_makes_a_draft_again_and_keeps_what_it_does_not_name() -> None:
    template_id = draft(quantity=10)
    step(template_id, "approvals", APPROVER)
    changed = send(f"PATCH /coupon-templates/{template_id}", {"per_member": 3, "quantity": None}).body
    assert (changed["state"], changed["approved_by"]) == ("draft", None)
    assert changed["definition"]["per_member"] == 3
    assert changed["definition"]["quantity"] is None
    assert changed["definition"]["name_zh"] == DEFINITION["name_zh"]
    assert changed["definition"]["validity"] == {"from": None, "until": "2098-12-31", "days_after_issue": None}
    version = changed["version"]
    assert send(f"PATCH /coupon-templates/{template_id}", {"per_member": 3}).body["version"] == version


def test_a_change_that_makes_no_valid_template_changes_nothing() -> None:
    template_id = draft()
    before = everything()
    for wrong in ({"name_zh": None}, {"word": "不行"}, {"quantity": 0}, {"funded_by": "me"}, {}, {"nonsense": 1}):
        answer = send(f"PATCH /coupon-templates/{template_id}", wrong)
        assert answer.status == 400, wrong
        assert answer.body["errors"]
    assert everything() == before


def test_what_was_published_never_changes() -> None:
    template_id = published()
    assert send(f"PATCH /coupon-templates/{template_id}", {"per_member": 3}).code == "wrong_state"


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        ((), "publications"),
        ((), "pauses"),
        (("approvals",), "approvals-by-another"),
        (("approvals", "publications"), "resumptions"),
        (("approvals", "publications", "endings"), "pauses"),
        (("endings",), "publications"),
    ],
)
def test_a_step_needs_its_state(steps: tuple[str, ...], refused: str) -> None:
    template_id = draft()
    for name in steps:
        assert step(template_id, name, APPROVER if name == "approvals" else MARKETER).status == 201
    before = everything()
    caller = staff_caller("approver", "marketer", login="zoe")
    answer = step(template_id, refused.removesuffix("-by-another"), caller)
    assert (answer.status, answer.code) == (409, "wrong_state")
    assert everything() == before


def test_every_step_may_be_repeated() -> None:
    template_id = draft(quantity=100, word="DAD2026")
    for name, state in {
        "approvals": "approved",
        "publications": "published",
        "pauses": "paused",
        "resumptions": "published",
        "endings": "ended",
    }.items():
        caller = APPROVER if name == "approvals" else MARKETER
        assert step(template_id, name, caller).body["state"] == state
        before = everything()
        again = step(template_id, name, caller)
        assert (again.status, again.body["state"]) == (201, state)
        assert again.headers["idempotent-replayed"] == "true"
        assert everything() == before


def test_publication_opens_the_stock_and_reserves_the_word() -> None:
    template_id = published(quantity=1000, word="DAD2026")
    stock = rows("stock")
    assert sum(row["left"] for row in stock) == 1000
    assert issue.dealt(template_id) == len(stock) == 16
    assert read(template_id)["left"] == 1000
    (word,) = rows("code")
    assert (word["coupon_id"], word["template_id"], word["shared"]) == ("DAD2026", template_id, True)


def test_a_template_without_limit_has_no_stock() -> None:
    template_id = published()
    assert rows("stock") == []
    assert issue.dealt(template_id) == 0
    assert read(template_id)["left"] is None


@pytest.mark.parametrize("word", ["DADDY2026", "DADDY2O26"])
def test_a_taken_word_stops_the_publication_as_a_whole(word: str) -> None:
    published("first", word="DADDY2026")
    template_id = draft("second", word=word, quantity=1000)
    step(template_id, "approvals", APPROVER)
    before = everything()
    answer = step(template_id, "publications")
    assert (answer.status, answer.code, answer.body["word"]) == (409, "word_taken", word)
    assert everything() == before


def test_a_word_that_is_taken_while_a_publication_is_under_way_stops_it_too() -> None:
    template_id = draft(word="DADDY2026", quantity=1000)
    step(template_id, "approvals", APPROVER)
    before = everything()
    rival = {"coupon_id": "DADDY2026", "kind": "code", "template_id": NOBODY, "shared": True}

    def overtake(**_: Any) -> None:
        events.unregister("before-call.dynamodb.TransactWriteItems", overtake)
        dynamo.client().put_item(TableName="coupons", Item=dynamo.to_item(rival))

    events = dynamo.client().meta.events
    events.register("before-call.dynamodb.TransactWriteItems", overtake)
    assert step(template_id, "publications").code == "word_taken"
    assert len(everything()) == len(before) + 1
    assert rows("stock") == []
    assert read(template_id)["state"] == "approved"


def test_the_end_frees_the_word_for_the_next_year() -> None:
    first = published("first", word="DADDY2026")
    step(first, "endings")
    assert rows("code") == []
    second = published("second", word="DADDY2026")
    assert rows("code")[0]["template_id"] == second


def test_the_end_of_a_draft_leaves_another_templates_word_alone() -> None:
    first = published("first", word="DADDY2026")
    assert step(draft("second", word="DADDY2026"), "endings").status == 201
    assert rows("code")[0]["template_id"] == first


def test_the_list_has_pages_and_a_filter() -> None:
    drafts = {draft(f"key-{n}") for n in range(5)}
    live = published("live")
    seen: list[str] = []
    query: dict[str, str] = {"limit": "2", "state": "draft"}
    while True:
        answer = send("GET /coupon-templates", caller=AUDITOR, query=query)
        seen += [item["template_id"] for item in answer.body["items"]]
        if answer.body["next"] is None:
            break
        assert "state=draft" in answer.headers["link"]
        query["cursor"] = answer.body["next"]
    assert (len(seen), set(seen)) == (5, drafts)
    (only,) = send("GET /coupon-templates", caller=AUDITOR, query={"state": "published"}).body["items"]
    assert only["template_id"] == live


@pytest.mark.parametrize(
    ("route", "body", "allowed"),
    [
        ("POST /coupon-templates", DEFINITION, MARKETER),
        ("PATCH /coupon-templates/{id}", {"per_member": 2}, MARKETER),
        ("POST /coupon-templates/{id}/approvals", None, APPROVER),
        ("POST /coupon-templates/{id}/publications", None, MARKETER),
        ("POST /coupon-templates/{id}/pauses", None, MARKETER),
        ("POST /coupon-templates/{id}/resumptions", None, MARKETER),
        ("POST /coupon-templates/{id}/endings", None, MARKETER),
        ("POST /coupon-templates/{id}/codes", {"count": 1}, MARKETER),
        ("POST /coupon-templates/{id}/pushes", {"member_ids": ["member-anna"]}, MARKETER),
        ("POST /coupon-templates/{id}/exports", None, MARKETER),
        ("POST /coupons/7KQ2M5V8X1C4B6N0/voids", {"reason": "wrong"}, OPERATOR),
    ],
)
def test_who_may_write_is_decided_by_group(route: str, body: object, allowed: Mapping[str, Any]) -> None:
    template_id = draft()
    before = everything()
    concrete = route.format(id=template_id)
    for caller in (MARKETER, APPROVER, OPERATOR, AUDITOR, staff_caller(login="guest")):
        if caller is not allowed:
            assert send(concrete, body, caller, key="k").status == 403
    assert everything() == before


@pytest.mark.parametrize(
    "name", ["..%2F..", "' OR 1=1", "a/b", "0" * 23, "A" * 24, "０" * 24, "list/template", f"{'0' * 24}%0a"]
)
def test_a_hostile_id_reaches_nothing(name: str) -> None:
    draft()
    assert send(f"GET /coupon-templates/{name}").status in {400, 404}
    assert step(name, "endings").status in {400, 404}
    assert send(f"GET /coupon-templates/{NOBODY}/jobs/{name}").status in {400, 404}
    assert send(f"POST /coupons/{name}/voids", {"reason": "wrong"}, OPERATOR).status in {400, 404}


def test_what_is_not_there_is_not_found() -> None:
    for route in ("GET /coupon-templates/{}", "GET /coupon-templates/{}/figures", "POST /coupon-templates/{}/endings"):
        assert send(route.format(NOBODY)).status == 404
    assert send(f"POST /coupon-templates/{NOBODY}/codes", {"count": 1}, key="k").status == 404
    assert send(f"GET /coupon-templates/{NOBODY}/jobs/{'0' * 32}").status == 404
