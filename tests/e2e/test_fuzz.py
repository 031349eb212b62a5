"""The OpenAPI document, fuzzed against the deployed API: whatever is sent, nothing is answered by a 5xx.

Schemathesis makes requests that fit the document and requests that do not, for every operation, by a caller whom the
route lets in, some about things that exist; a refusal must be a problem document.
"""

import json
import os
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies

from docs.callers import GROUPS, callers
from infra.specs import UNASKED, Caller
from local.checkout import ROOT
from loyalty.http import PROBLEM
from tests.e2e.mall import Mall, new_key

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
SEED = 20261121
DOCUMENT = json.loads((ROOT / "functions" / "program" / "openapi.json").read_text())
OPERATIONS = [
    f"{method.upper()} {path}" for path, item in DOCUMENT["paths"].items() for method in item if method != "parameters"
]
COMPLAINT = {"source": "complaint", "text": "停车场出口太慢"}
GATEWAY_OWN = {401, 403, 404}
"""What the gateway refuses itself (no such path, no right), with its own body."""
COUPON = {"terms": {"kind": "amount_off", "off_fen": 1}, "validity": {"days_after_issue": 1}}
SURVEY = {"title_zh": "问卷", "questions": [{"kind": "scale", "code": "ease", "dimension": "ease", "zh": "方便吗？"}]}
A_DAY = {"from": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
DOUBLE = {"effects": [{"kind": "multiply", "factor": "2"}], "budget": {"unit": "points", "amount": 100}, **A_DAY}
VERSION = {
    "changes": {"growth": {"points_per_yuan": "2"}},
    "effective_from": "2089-01-01",
    "announcement_zh": "成长值翻倍",
    "announcement_en": "Growth value doubles",
}
ESTIMATE = {"name": "E2E", "effective_from": "2089-01-01", "rates": [{"expected": "0.8"}]}
GOODWILL = {"points": 1, "reason_code": "goodwill", "text": "致歉"}
CAMPAIGN = {"percent": 1, **A_DAY}


@dataclass(frozen=True)
class Scene:
    """Who calls, and what there is to call about: ids and codes by the names that paths have for them."""

    tokens: dict[Caller, str]
    leaver: str
    known: dict[str, str]


@pytest.fixture(scope="module")
def scene(mall: Mall) -> Scene:
    till, (who, member_id) = mall.tenant("e2e-fuzz"), mall.member()
    token, here = mall.api._token(till), {"tenants": [till.removeprefix("till:")]}
    bought = mall.buy(till, 100_00, member_id=member_id).body
    code = mall.claim(who, mall.template({"kind": "amount_off", "off_fen": 1, "scope": here, "giftable": True}))
    lounge = mall.publish("/rewards", {"kind": "lounge", "points": 1})
    ordered = mall.api.expect(201, who, "POST", "/me/redemptions", {"reward_id": lounge}, key=new_key())
    known = {
        "tenant_id": till.removeprefix("till:"),
        "member_id": member_id,
        "receipt_no": bought["receipt_no"],
        "code": code,
        "redemption_id": ordered["redemption_id"],
        "template_id": mall.draft("/coupon-templates", COUPON),
        "campaign_id": mall.draft("/discount-campaigns", CAMPAIGN | {"scope": here}),
        "reward_id": mall.draft("/rewards", {"kind": "lounge", "points": 1}),
        "survey_id": mall.draft("/surveys", SURVEY),
        "invitation_id": invited(mall, who, member_id),
        "finding_id": made(mall, "operator", "/findings", COMPLAINT)["finding_id"],
        "list_id": made(mall, "marketer", "/member-lists", {"name": "名单"})["list_id"],
        "version_id": made(mall, "marketer", "/program-versions", VERSION)["version_id"],
        "estimate_id": made(mall, "operator", "/books/estimates", ESTIMATE)["estimate_id"],
        "request_id": made(mall, "operator", f"/members/{member_id}/adjustments", GOODWILL)["request_id"],
        "/campaigns": mall.draft("/campaigns", DOUBLE),
    }
    tokens = {Caller.TILL: token, Caller.DESK: token, Caller.MEMBER: mall.api._token(who)}
    tokens |= dict.fromkeys(UNASKED, "")
    leaver, _ = mall.member()
    return Scene(tokens, mall.api._token(leaver), known)


def made(mall: Mall, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Have somebody make a thing; returns it."""
    return dict(mall.api.expect(201, who, "POST", path, body, key=new_key()))


def existing(known: dict[str, str], path: str, parameter: str, value: Any) -> Any:
    """Return the id of a thing that exists; campaigns and discount campaigns call theirs alike."""
    of_its_own = parameter == "campaign_id" and path.startswith("/campaigns/")
    return known["/campaigns"] if of_its_own else known.get(parameter, value)


def invited(mall: Mall, who: str, member_id: str) -> str:
    """Ask the member a survey; returns the invitation's id."""
    survey_id = mall.publish("/surveys", SURVEY | {"minds_fatigue": False})
    mall.job("operator", f"/surveys/{survey_id}/invitations", {"members": [member_id]})
    waiting = mall.api.expect(200, who, "GET", "/me/surveys")["items"]
    return next(str(one["invitation_id"]) for one in waiting if one["survey_id"] == survey_id)


def token_for(mall: Mall, scene: Scene, operation: str) -> str:
    """Return the token of somebody whom a route lets in; who leaves the mall has no other part in this."""
    if operation == "DELETE /me":
        return scene.leaver
    caller = callers()[operation]
    return mall.api._token(GROUPS[operation][0]) if caller is Caller.STAFF else scene.tokens[caller]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_that_is_sent_makes_a_server_error(mall: Mall, scene: Scene, operation: str) -> None:
    method, path = operation.split(" ")
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    token = token_for(mall, scene, operation)
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method.upper()].as_strategy(), exists=strategies.booleans())
    def send(case: Any, exists: bool) -> None:
        if exists:
            parameters = case.path_parameters.items()
            case.path_parameters |= {name: existing(scene.known, path, name, value) for name, value in parameters}
        response = case.call(base_url=mall.stack.api_url, headers=headers)
        assert response.status_code < 500, response.text
        if response.status_code >= 400 and response.status_code not in GATEWAY_OWN:
            is_page = path.startswith("/s/")
            (content_type,) = response.headers["content-type"]
            assert content_type.startswith("text/html" if is_page else PROBLEM)
            assert is_page or response.json()["code"]

    send()
