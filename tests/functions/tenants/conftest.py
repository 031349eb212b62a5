"""A user pool at the network's edge, and a fresh memory of the issuer's keys."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.model import OperationModel

from functions.tenants import authorizer
from loyalty import dynamo
from tests.functions.tenants.issuer import ISSUER, STAFF_SCOPE, Issuer, onboard, serving


class UserPool:
    """The three operations the product uses, answered as Cognito answers them, without a network."""

    def __init__(self) -> None:
        self.clients: dict[str, dict[str, Any]] = {}
        self.created = 0

    def answer(self, model: OperationModel, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        status, answer = getattr(self, model.name)(json.loads(params["body"]))
        return SimpleNamespace(status_code=status), answer

    def CreateUserPoolClient(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802 - Cognito's name
        self.created += 1
        client = {**asked, "ClientId": f"client{self.created}", "ClientSecret": f"secret{self.created}"}
        self.clients[client["ClientId"]] = client
        return 200, {"UserPoolClient": client}

    def DescribeUserPoolClient(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        return self._known(asked) or (200, {"UserPoolClient": self.clients[asked["ClientId"]]})

    def DeleteUserPoolClient(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        return self._known(asked) or (200, {"gone": bool(self.clients.pop(asked["ClientId"]))})

    def _known(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        if asked["ClientId"] in self.clients:
            return None
        return 400, {"Error": {"Code": "ResourceNotFoundException", "Message": "no such client"}}


@contextmanager
def hooked(service: str, event: str, answer: Any) -> Iterator[None]:
    """Stand between the code and a service for a while; clients outlive tests, hooks must not."""
    events = dynamo.service(service).meta.events
    events.register_first(event, answer)
    try:
        yield
    finally:
        events.unregister(event, answer)


@pytest.fixture
def user_pool(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[UserPool]:
    """A pool of the stage's own."""
    monkeypatch.setenv("USER_POOL_ID", "ap-southeast-1_Pool")
    monkeypatch.setenv("TILL_SCOPE", "mall/till")
    pool = UserPool()
    with hooked("cognito-idp", "before-call.cognito-identity-provider", pool.answer):
        yield pool


@pytest.fixture
def issuer(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """A user pool's keys, and the till `client1` of the tenant noodle-bar."""
    with serving() as published:
        for name, value in {
            "ISSUER": ISSUER,
            "AUDIENCE": "app-client",
            "TILL_SCOPE": "mall/till",
            "STAFF_SCOPE": STAFF_SCOPE,
            "GROUPS_CLAIM": "cognito:groups",
            "JWKS_URL": f"{published.url}/keys",
        }.items():
            monkeypatch.setenv(name, value)
        onboard("noodle-bar", "client1")
        yield published


@pytest.fixture(autouse=True)
def _forgotten_keys() -> None:
    authorizer._keys.cache_clear()
