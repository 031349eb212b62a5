"""Every route by every kind of caller: whoever may not, is refused, and nothing changes.

Who may is `docs/callers.py`, the table the template is made from and the published matrix is generated from.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from time import time
from typing import Any
from urllib.parse import urlencode

import pytest

from docs.callers import GROUPS, callers
from functions.tenants.tokens import LEEWAY_S
from infra.specs import Caller
from local.checkout import ROOT
from loyalty.auth import Group
from tests.e2e.mall import Mall, new_key, wait_until

REFUSED = {401, 403}
REST_SECONDS = 1
"""As long nothing may have changed for all that was set going to be over: queues are looked into more often."""
DOCUMENT = json.loads((ROOT / "functions" / "program" / "openapi.json").read_text())
PEOPLE = ("nobody", "garbage", "expired", "id token", "member", "till", *Group)


@pytest.fixture(scope="module")
def tokens(mall: Mall) -> dict[str, str]:
    """A bearer token for every kind of caller."""
    till = mall.tenant("e2e-security")
    member = f"member:{mall.phone()}"
    found = {group.value: mall.api._token(group) for group in Group}
    found |= {"till": mall.api._token(till), "member": mall.api._token(member), "garbage": "e30.e30.e30"}
    with tokens_of_one_second(mall):
        found["expired"], _ = staff_tokens(mall)
    _, found["id token"] = staff_tokens(mall)
    over = time() + 1 + LEEWAY_S
    wait_until(lambda: ask(mall, "GET /me", found["expired"]) in REFUSED and time() > over, "the token's expiry")
    return found


def staff_tokens(mall: Mall) -> tuple[str, str]:
    """An operator's access token and ID token."""
    operator = mall.stack.staff["operator"]
    answer = mall.aws("cognito-idp").initiate_auth(
        ClientId=mall.stack.app_client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": operator.username, "PASSWORD": operator.password},
    )["AuthenticationResult"]
    return str(answer["AccessToken"]), str(answer["IdToken"])


@contextmanager
def tokens_of_one_second(mall: Mall) -> Iterator[None]:
    """Let the app client issue tokens that are over at once."""
    pool = {"UserPoolId": mall.stack.user_pool_id, "ClientId": mall.stack.app_client_id}
    cognito = mall.aws("cognito-idp")
    before = cognito.describe_user_pool_client(**pool)["UserPoolClient"]
    keep = {
        name: before[name]
        for name in ("ExplicitAuthFlows", "AllowedOAuthFlows", "AllowedOAuthScopes")
        if name in before
    }
    units = {"AccessToken": "seconds", "IdToken": "seconds", "RefreshToken": "days"}
    cognito.update_user_pool_client(**pool, **keep, AccessTokenValidity=1, TokenValidityUnits=units)
    yield
    restored = {name: before[name] for name in ("AccessTokenValidity", "TokenValidityUnits") if before.get(name)}
    cognito.update_user_pool_client(**pool, **keep, **({"AccessTokenValidity": 3600, **restored}))


def allowed(route: str, caller: Caller, who: str) -> bool:
    """Whether the published matrix lets this caller through."""
    groups = {group.value for group in GROUPS.get(route, ())}
    match caller:
        case Caller.ANYONE | Caller.LINK | Caller.PROVIDER:
            return True
        case Caller.MEMBER:
            return who == "member" or who in set(Group)
        case Caller.TILL:
            return who == "till"
        case Caller.STAFF:
            return who in groups
        case Caller.DESK:
            return who == "till" or who in groups


@dataclass(frozen=True)
class Refusals:
    """Every call that must be refused, made once: how it was answered, and every row before and after."""

    statuses: Mapping[tuple[str, str], int]
    before: Mapping[str, list[str]]
    after: Mapping[str, list[str]]


@pytest.fixture(scope="module")
def refusals(mall: Mall, tokens: dict[str, str]) -> Refusals:
    """What whoever may not was told, by route and caller, while nobody else called."""
    before = settled(mall)
    statuses = {
        (route, who): ask(mall, route, tokens.get(who))
        for route, caller in callers().items()
        for who in PEOPLE
        if not allowed(route, caller, who)
    }
    return Refusals(statuses, before, settled(mall))


def test_refused_calls_change_nothing(refusals: Refusals) -> None:
    assert len(refusals.statuses) > len(callers())
    assert refusals.after == refusals.before


@pytest.mark.parametrize("route", callers())
def test_a_route_lets_through_exactly_whom_the_matrix_names(
    mall: Mall, tokens: dict[str, str], refusals: Refusals, route: str
) -> None:
    told = {who: status for (asked, who), status in refusals.statuses.items() if asked == route}
    let_in = {who: ask(mall, route, tokens.get(who)) for who in PEOPLE if who not in told}
    assert {who: status for who, status in told.items() if status not in REFUSED} == {}
    assert {who: status for who, status in let_in.items() if status in REFUSED or status >= 500} == {}


def test_a_tenant_sees_no_other_tenants_receipts_sessions_or_redemptions(mall: Mall) -> None:
    one, two = mall.tenant("e2e-one"), mall.tenant("e2e-two")
    who, _ = mall.member()
    session = mall.session(who, one)
    bought = mall.buy(one, 50_000, member_session=session).body
    redeemed = mall.api.expect(
        201, one, "POST", "/redemptions", {"points": 100, "member_session": session}, key=new_key()
    )
    assert mall.api.call(two, "GET", f"/purchases/{bought['receipt_no']}").status == 404
    assert mall.api.call(two, "POST", f"/redemptions/{redeemed['redemption_id']}/refunds", {}).status == 404
    assert mall.buy(two, 100, member_session=session).status == 410
    assert mall.points(who)["balance"] == 400


def test_a_member_reaches_only_their_own_account(mall: Mall) -> None:
    one, _ = mall.member()
    _, other_id = mall.member()
    assert mall.api.call(one, "GET", f"/members/{other_id}/points").status == 403
    assert mall.points(one)["member_id"] != other_id


def test_a_deleted_till_key_opens_nothing(mall: Mall) -> None:
    till = mall.tenant("e2e-rotated")
    tenant_id = till.removeprefix("till:")
    mall.api._token(till)
    client_id = mall.stack.tills[tenant_id].client_id
    mall.api.expect(204, "operator", "DELETE", f"/tenants/{tenant_id}/keys/{client_id}")
    assert mall.buy(till, 100, member_id="nobody-here").status in REFUSED


def ask(mall: Mall, route: str, token: str | None) -> int:
    """Send the route's own example from the OpenAPI document and return the status."""
    method, path = route.split(" ")
    operation = DOCUMENT["paths"][path][method.lower()]
    key = None
    for parameter in operation.get("parameters", ()):
        path = path.replace(f"{{{parameter['name']}}}", str(parameter.get("example")))
        key = new_key() if parameter["in"] == "header" else key
    query = {
        one["name"]: one["example"]
        for one in operation.get("parameters", ())
        if one["in"] == "query" and one.get("required")
    }
    path += f"?{urlencode(query)}" if query else ""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    body = next(iter(content["examples"].values()))["value"] if content else None
    mall.api._tokens["probe"] = token or ""
    return mall.api.call("probe" if token else "", method, path, body, key=key).status


def settled(mall: Mall) -> dict[str, list[str]]:
    """Every row of every table, once what others have set going has come to rest."""
    seen = [everything(mall)]

    def rests() -> bool:
        Event().wait(REST_SECONDS)
        seen.append(everything(mall))
        return seen[-1] == seen[-2]

    wait_until(rests, "an end of what goes on", 60)
    return seen[-1]


def everything(mall: Mall) -> dict[str, list[str]]:
    """Every row of every table, to compare."""
    dynamodb = mall.aws("dynamodb")
    names = [name for key, name in mall.stack.resources.items() if key.endswith("_table_name")]
    pages: dict[str, Any] = {name: dynamodb.get_paginator("scan").paginate(TableName=name) for name in names}
    return {
        name: sorted(json.dumps(row, sort_keys=True) for page in found for row in page["Items"])
        for name, found in pages.items()
    }
