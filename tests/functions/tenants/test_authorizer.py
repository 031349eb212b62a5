"""The gateway's question who calls, answered."""

from typing import Any

import pytest

from functions.tenants import authorizer, keys, registry
from functions.tenants.signing_keys import IssuerUnreachableError
from loyalty.types import TenantId
from tests.functions.tenants.issuer import (
    ISSUER,
    NOW,
    OWN_ISSUER,
    REFUSED,
    Issuer,
    ask,
    claims,
    public_jwk,
    signed,
    staff_claims,
)


def test_a_till_passes_as_its_tenant(issuer: Issuer) -> None:
    answer = ask(signed(claims()))

    context = {"tenant_id": "noodle-bar", "client_id": "client1", "receipt_scope": "day"}
    assert answer == {"isAuthorized": True, "context": context}


def test_staff_pass_with_the_groups_this_product_knows(issuer: Issuer) -> None:
    answer = ask(signed(staff_claims()))

    assert answer == {"isAuthorized": True, "context": {"login": "user-1", "groups": "operator"}}


def test_the_keys_are_fetched_once_for_many_tokens(issuer: Issuer) -> None:
    for _ in range(5):
        ask(signed(claims()))

    assert issuer.asked == ["/keys"]


def test_a_till_that_was_never_registered_is_refused(issuer: Issuer) -> None:
    """What a crash between the pool and the register leaves behind."""
    assert ask(signed(claims(client_id="client2"))) == REFUSED


def test_a_till_of_a_closed_tenant_is_refused_until_it_opens_again(issuer: Issuer) -> None:
    token = signed(claims())
    registry.change(TenantId("noodle-bar"), {"status": "closed"})
    assert ask(token) == REFUSED

    registry.change(TenantId("noodle-bar"), {"status": "active"})
    assert ask(token)["isAuthorized"] is True


def test_a_deleted_key_is_refused_at_once_and_the_other_key_passes(issuer: Issuer) -> None:
    keys.issue(TenantId("noodle-bar"), "second", "client-next", NOW)
    keys.delete(TenantId("noodle-bar"), "client1")

    assert ask(signed(claims())) == REFUSED
    assert ask(signed(claims(client_id="client-next")))["isAuthorized"] is True


def test_a_new_key_of_the_issuer_is_known_without_a_restart(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    store = authorizer._keys(ISSUER)
    monkeypatch.setattr(store, "_clock", lambda: clock[0])
    assert ask(signed(claims()))["isAuthorized"] is True
    issuer.keys.append(public_jwk("next"))

    clock[0] = 11
    assert ask(signed(claims(), "next"))["isAuthorized"] is True
    assert len(issuer.asked) == 2


def test_a_flood_of_unknown_keys_asks_the_issuer_once(issuer: Issuer) -> None:
    ask(signed(claims()))
    for number in range(20):
        ask(signed(claims(), "forger", kid=f"unknown-{number}"))

    assert len(issuer.asked) == 1


def test_without_the_issuer_nobody_is_judged(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway answers 500 and caches nothing; a false refusal would lock the till out for a minute."""
    issuer.keys.clear()

    with pytest.raises(IssuerUnreachableError):
        ask(signed(claims()))


def test_a_pools_keys_are_where_every_other_service_is(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JWKS_URL")
    monkeypatch.setenv("AWS_ENDPOINT_URL", issuer.url)

    assert authorizer._keys(ISSUER).find("current") is not None
    assert issuer.asked == ["/ap-southeast-1_Pool/.well-known/jwks.json"]


def test_another_issuer_says_itself_where_its_keys_are(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JWKS_URL")

    assert authorizer._keys(issuer.url).find("current") is not None
    assert issuer.asked == ["/.well-known/openid-configuration", "/elsewhere"]


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ({}, True),
        ({"aud": ["other", "mall-loyalty"]}, True),
        ({"aud": "other"}, False),
        ({"aud": ["other"]}, False),
        ({"client_id": None, "azp": "client1"}, True),
        ({"scope": None, "scp": ["loyalty/till"]}, True),
        ({"scope": "openid"}, False),
        ({"client_id": "stranger"}, False),
    ],
)
def test_a_till_of_the_malls_own_issuer(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], passes: bool
) -> None:
    monkeypatch.setenv("ISSUER", OWN_ISSUER)
    monkeypatch.setenv("TILL_SCOPE", "loyalty/till")
    monkeypatch.setenv("AUDIENCE", "mall-loyalty")
    token = claims(**{"iss": OWN_ISSUER, "token_use": None, "scope": "loyalty/till", "aud": "mall-loyalty", **changes})

    assert ask(signed(token))["isAuthorized"] is passes
