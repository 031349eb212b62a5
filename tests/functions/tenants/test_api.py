"""Tenants: registered, read, changed, listed, and by whom."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from loyalty import tenant_list, tenants
from loyalty.types import TenantId
from tests.functions.tenants.conftest import hooked
from tests.functions.tenants.register import NOODLES, ask, registered
from tests.support import member_caller, staff_caller, till_caller


def _refused(code: str) -> ClientError:
    cancelled = {
        "Error": {"Code": "TransactionCanceledException", "Message": "injected"},
        "CancellationReasons": [{"Code": code}, {"Code": "None"}],
    }
    return ClientError(cancelled, "TransactWriteItems")  # type: ignore[arg-type]


def test_a_registered_tenant_can_be_read_with_its_terms(cloud: Any) -> None:
    answer = registered()

    assert answer.status == 201
    assert answer.headers["location"] == "/tenants/noodle-bar"
    read = ask("GET /tenants/noodle-bar")
    assert read.body == {**answer.body, "keys": []}
    assert read.body["points_per_yuan"] == "1.5"
    assert read.body["status"] == "active"


def test_the_checkout_reads_the_terms_as_they_were_registered(cloud: Any) -> None:
    registered()

    terms = tenants.read(TenantId("noodle-bar"))

    assert terms is not None
    assert (terms.points_per_yuan, terms.ratios, terms.receipt_scope) == (1500, {"tea": 2000}, "day")


def test_the_same_registration_again_gets_the_same_answer_even_after_a_change(cloud: Any) -> None:
    first = registered()
    ask("PATCH /tenants/noodle-bar", {"name_en": "New Name"})

    again = registered(points_per_yuan="1.5")

    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert ask("GET /tenants/noodle-bar").body["name_en"] == "New Name"


def test_the_same_id_with_other_terms_is_a_conflict_and_changes_nothing(cloud: Any) -> None:
    first = registered()

    answer = registered(name_en="Another shop")

    assert (answer.status, answer.code) == (409, "tenant_exists")
    assert ask("GET /tenants").body["items"] == [first.body]


def test_a_patch_changes_what_it_names_in_both_rows_and_nothing_else(cloud: Any) -> None:
    before = registered().body

    answer = ask("PATCH /tenants/noodle-bar", {"points_per_yuan": None, "ratios": {"tea": "3"}})

    assert answer.status == 200
    assert answer.body == {**before, "points_per_yuan": None, "ratios": {"tea": "3"}}
    assert ask("GET /tenants").body["items"] == [answer.body]


MISTAKES: list[tuple[object, str]] = [
    ({}, "#"),
    ({"receipt_scope": "year"}, "#/receipt_scope"),
    ({"tenant_id": "other"}, "#/tenant_id"),
    ({"name_en": None}, "#/name_en"),
    ({"points_per_yuan": 2}, "#/points_per_yuan"),
    ({"points_per_yuan": "-1"}, "#/points_per_yuan"),
    ({"points_per_yuan": "1e2"}, "#/points_per_yuan"),
    ({"points_per_yuan": "100.001"}, "#/points_per_yuan"),
    ({"ratios": {"tea": "1.2345"}}, "#/ratios/tea"),
    ({"status": "frozen"}, "#/status"),
]


def test_a_malformed_patch_is_refused_with_the_place_of_the_mistake(cloud: Any) -> None:
    before = registered().body

    answers = [ask("PATCH /tenants/noodle-bar", body) for body, _ in MISTAKES]

    assert {answer.code for answer in answers} == {"invalid_request"}
    assert [answer.body["errors"][0]["pointer"] for answer in answers] == [where for _, where in MISTAKES]
    assert ask("GET /tenants").body["items"] == [before]


@pytest.mark.parametrize("tenant_id", ["list/tenants", "client/x", "Noodles", "-bar", "", "a" * 33, "noodle bar"])
def test_an_id_that_could_be_mistaken_for_another_row_is_refused(environment: None, tenant_id: str) -> None:
    assert registered(tenant_id=tenant_id).status == 400


def test_an_unknown_tenant_is_404_on_every_route(cloud: Any) -> None:
    answers = [
        ask("GET /tenants/nobody"),
        ask("PATCH /tenants/nobody", {"name_en": "x"}),
        ask("POST /tenants/nobody/keys", {"client_id": "c"}, "k"),
        ask("DELETE /tenants/nobody/keys/c"),
    ]

    assert [(answer.status, answer.code) for answer in answers] == [(404, "not_found")] * 4


def test_pages_follow_each_other_by_the_cursor_and_by_the_link(cloud: Any) -> None:
    for number in range(5):
        registered(tenant_id=f"shop-{number}")

    seen, query = [], {"limit": "2"}
    for more in (True, True, False):
        page = ask("GET /tenants", query=query)
        seen += [tenant["tenant_id"] for tenant in page.body["items"]]
        assert (page.body["next"] is not None) is more
        assert ("link" in page.headers) is more
        if more:
            query = {"limit": "2", "cursor": page.body["next"]}
            assert page.headers["link"] == f'<?limit=2&cursor={page.body["next"]}>; rel="next"'

    assert seen == [f"shop-{number}" for number in range(5)]


@pytest.mark.parametrize("query", [{"cursor": "AAAAAAAAbm9vZGxl"}, {"limit": "0"}, {"limit": "101"}, {"limit": "x"}])
def test_a_cursor_or_limit_that_cannot_be_is_refused(environment: None, query: dict[str, str]) -> None:
    assert ask("GET /tenants", query=query).status == 400


@pytest.mark.parametrize(
    "failure",
    [
        _refused("TransactionConflict"),
        _refused("ThrottlingError"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "injected"}}, "TransactWriteItems"),
        ConnectTimeoutError(endpoint_url="dynamodb"),
    ],
)
def test_a_register_that_is_busy_says_so_and_is_not_taken_for_a_refusal(cloud: Any, failure: Exception) -> None:
    registered()

    def fail(**_: Any) -> None:
        raise failure

    with hooked("dynamodb", "before-call.dynamodb.TransactWriteItems", fail):
        answers = [registered(tenant_id="tea-house"), ask("PATCH /tenants/noodle-bar", {"name_en": "x"})]

    assert [(answer.status, answer.code) for answer in answers] == [(503, "busy")] * 2
    assert {answer.headers["retry-after"] for answer in answers} == {"1"}


WRITES = [
    "POST /tenants",
    "PATCH /tenants/noodle-bar",
    "POST /tenants/noodle-bar/keys",
    "DELETE /tenants/noodle-bar/keys/c",
]
READS = ["GET /tenants", "GET /tenants/noodle-bar"]
BODIES = {"POST /tenants": NOODLES, "PATCH /tenants/noodle-bar": {"name_en": "x"}}
STRANGERS = [staff_caller("marketer"), staff_caller("approver"), member_caller("m"), till_caller("noodle-bar"), {}]


@pytest.mark.parametrize("route", [*WRITES, *READS])
def test_only_operators_work_on_the_register(cloud: Any, route: str) -> None:
    answers = [ask(route, BODIES.get(route), "k", caller=caller) for caller in STRANGERS]

    assert [(answer.status, answer.code) for answer in answers] == [(403, "forbidden")] * len(STRANGERS)


@pytest.mark.parametrize(
    ("route", "allowed"), [*((write, False) for write in WRITES), *((read, True) for read in READS)]
)
def test_auditors_look_and_change_nothing(cloud: Any, route: str, allowed: bool) -> None:
    registered()

    answer = ask(route, BODIES.get(route), "k", caller=staff_caller("auditor"))

    assert (answer.status != 403) is allowed


def test_no_tenant_is_found_outside_the_list(cloud: Any) -> None:
    for number in range(3):
        registered(tenant_id=f"shop-{number}")

    assert [row["tenant_id"] for row in tenant_list.everyone()] == ["shop-0", "shop-1", "shop-2"]
