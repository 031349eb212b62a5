"""The OpenAPI document, fuzzed against the deployed API: whatever is sent, nothing is answered by a 5xx.

Schemathesis makes requests that fit the document and requests that do not, for every operation, by a caller whom the
route lets in; a refusal must be a problem document.
"""

import json
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings

from docs.callers import callers
from infra.specs import Caller
from local.checkout import ROOT
from loyalty.http import PROBLEM
from tests.e2e.mall import Mall

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
SEED = 20261121
DOCUMENT = json.loads((ROOT / "functions" / "program" / "openapi.json").read_text())
OPERATIONS = [
    f"{method.upper()} {path}" for path, item in DOCUMENT["paths"].items() for method in item if method != "parameters"
]
GATEWAY_OWN = {401, 403, 404}
"""What the gateway refuses itself (no such path, no right), with its own body."""


@pytest.fixture(scope="module")
def tokens(mall: Mall) -> dict[Caller, str]:
    till = mall.api._token(mall.tenant("e2e-fuzz"))
    who, _ = mall.member()
    operator = mall.api._token("operator")
    return {
        Caller.TILL: till,
        Caller.DESK: till,
        Caller.MEMBER: mall.api._token(who),
        Caller.STAFF: operator,
        Caller.ANYONE: "",
    }


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_that_is_sent_makes_a_server_error(mall: Mall, tokens: dict[Caller, str], operation: str) -> None:
    method, path = operation.split(" ")
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    token = tokens[callers()[operation]]
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method.upper()].as_strategy())
    def send(case: Any) -> None:
        response = case.call(base_url=mall.stack.api_url, headers=headers)
        assert response.status_code < 500, response.text
        if response.status_code >= 400 and response.status_code not in GATEWAY_OWN:
            assert PROBLEM in response.headers["content-type"]
            assert response.json()["code"]

    send()
