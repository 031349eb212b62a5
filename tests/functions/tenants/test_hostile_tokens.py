"""Tokens that must open nothing: genuine ones that say the wrong thing, and every kind of forgery."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from functions.tenants import authorizer
from functions.tenants.tokens import MAX_LENGTH
from tests.functions.tenants.issuer import (
    ISSUER,
    REFUSED,
    Issuer,
    ask,
    claims,
    public_jwk,
    rsa_key,
    signed,
    staff_claims,
)
from tests.support import Context


def ago(**span: float) -> int:
    return int((datetime.now(UTC) - timedelta(**span)).timestamp())


def wrong_claims() -> dict[str, dict[str, Any]]:
    """Claims that are wrong at this moment: what lies ahead when tests are collected has come when they run."""
    return {
        "expired": claims(exp=ago(minutes=1)),
        "no expiry": claims(exp=None),
        "expiry that is no number": claims(exp="tomorrow"),
        "issued in the future": claims(iat=ago(minutes=-5)),
        "not valid yet": claims(nbf=ago(minutes=-5)),
        "another issuer": claims(iss=ISSUER.replace("Pool", "Other")),
        "no issuer": claims(iss=None),
        "issuer with a tail": claims(iss=ISSUER + "/"),
        "an ID token": claims(token_use="id"),
        "an ID token as the pool makes it": claims(token_use="id", scope=None, client_id=None, aud="app-client"),
        "a refresh token": claims(token_use="refresh"),
        "no use": claims(token_use=None),
        "no scope": claims(scope=None),
        "another scope": claims(scope="mall/tills"),
        "a scope that only contains ours": claims(scope="xmall/till mall/tillx"),
        "a scope that is an object": claims(scope={"mall/till": True}),
        "a member": staff_claims(**{"cognito:groups": None}),
        "staff of another product": staff_claims(**{"cognito:groups": ["poker"]}),
        "staff through another application": staff_claims(client_id="client1"),
        "groups that are a number": staff_claims(**{"cognito:groups": 7}),
        "no client": claims(client_id=None),
    }


def test_a_genuine_token_that_says_the_wrong_thing_is_refused(issuer: Issuer) -> None:
    assert [case for case, said in wrong_claims().items() if ask(signed(said)) != REFUSED] == []


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def unsigned(algorithm: str) -> str:
    return f"{encoded({'alg': algorithm, 'kid': 'current'})}.{encoded(claims())}.AAAA"


def signed_with_the_public_key() -> str:
    """The classic confusion: HS256 with the issuer's public key as the secret."""
    body = f"{encoded({'alg': 'HS256', 'kid': 'current'})}.{encoded(claims())}"
    secret = (
        rsa_key("current")
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    mac = hmac.new(secret, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def with_another_payload() -> str:
    head, _, signature = signed(claims()).split(".")
    return f"{head}.{encoded(claims(client_id='client1', scope='mall/till', extra=1))}.{signature}"


def with_its_own_key() -> str:
    """The header brings a key, and an address of keys, of the sender's own."""
    jwk = public_jwk("forger")
    return signed(claims(), "forger", kid="current", jwk=jwk, jku="https://forger.example.com/keys")


def of_an_elliptic_curve() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(claims(), key, algorithm="ES256", headers={"kid": "current"})


HOSTILE: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "a word": lambda: "token",
    "garbage": lambda: "a.b.c",
    "two dots": lambda: "..",
    "five parts": lambda: "a.b.c.d.e",
    "no JSON": lambda: f"{base64.urlsafe_b64encode(b'x' * 30).decode()}.e30.AAAA",
    "a header that is a list": lambda: f"{encoded([])}.{encoded({})}.AAAA",
    "a header that nests deep": lambda: base64.urlsafe_b64encode(b"[" * 3000).decode() + ".e30.AAAA",
    "line breaks": lambda: signed(claims()) + "\r\nx-tenant: other",
    "huge": lambda: signed(claims(padding="x" * MAX_LENGTH)),
    "alg none": lambda: unsigned("none"),
    "alg None": lambda: unsigned("None"),
    "alg empty": lambda: unsigned(""),
    "alg unknown": lambda: unsigned("RS1"),
    "the public key as a secret": signed_with_the_public_key,
    "another key under our id": lambda: signed(claims(), "forger", kid="current"),
    "a key nobody knows": lambda: signed(claims(), "forger"),
    "a key id that is a number": lambda: f"{encoded({'alg': 'RS256', 'kid': 7})}.{encoded(claims())}.AAAA",
    "a key of its own": with_its_own_key,
    "another algorithm than the key's": of_an_elliptic_curve,
    "another payload": with_another_payload,
    "no signature": lambda: signed(claims()).rpartition(".")[0] + ".AAAA",
    "a signature cut off": lambda: signed(claims())[:-10],
    "claims that are a list": lambda: jwt.api_jws.encode(b"[]", rsa_key("current"), "RS256", {"kid": "current"}),
    "an infinite expiry": lambda: signed(claims(exp=float("inf"))),
}


def test_a_hostile_token_is_refused_and_never_an_error(issuer: Issuer) -> None:
    assert [case for case, make in HOSTILE.items() if ask(make()) != REFUSED] == []


REASONS = {
    "line breaks": "malformed",
    "huge": "malformed",
    "alg none": "InvalidAlgorithmError",
    "the public key as a secret": "InvalidAlgorithmError",
    "another algorithm than the key's": "InvalidAlgorithmError",
    "a key nobody knows": "unknown_key",
    "another payload": "InvalidSignatureError",
    "a key of its own": "InvalidSignatureError",
}


def test_the_log_has_the_reason_in_one_word_and_never_the_token(issuer: Issuer, caplog: Any) -> None:
    tokens = {case: HOSTILE[case]() for case in REASONS}
    for token in tokens.values():
        ask(token)

    assert [vars(record)["reason"] for record in caplog.records] == list(REASONS.values())
    logged = str([vars(record) for record in caplog.records])
    assert [case for case, token in tokens.items() if any(part in logged for part in token.split(".")[:2])] == []


def test_only_a_bearer_header_is_read(issuer: Issuer) -> None:
    token = signed(claims())

    assert [ask(token, scheme) for scheme in ("", "Basic ", "bearer: ", "Bearer  ")] == [REFUSED] * 4
    assert ask(token, "bearer ")["isAuthorized"] is True


def test_a_request_without_a_token_is_refused(issuer: Issuer) -> None:
    for headers in (None, {}, {"authorization": ""}, {"x": "Bearer y"}):
        assert authorizer.handler({"headers": headers}, Context()) == REFUSED  # type: ignore[arg-type]
