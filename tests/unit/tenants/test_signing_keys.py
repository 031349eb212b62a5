"""When the issuer is asked for its keys, and what happens when it does not answer."""

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from functions.tenants.signing_keys import COOLDOWN_S, LIFESPAN_S, IssuerUnreachableError, SigningKeys

PUBLIC = jwt.algorithms.RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key(), as_dict=True)


class Issuer:
    """Publishes the keys it is told, and counts."""

    def __init__(self, *kids: str) -> None:
        self.kids = kids
        self.asked = 0
        self.now = 0.0
        self.broken = False

    def fetch(self) -> dict[str, Any]:
        self.asked += 1
        if self.broken:
            raise ValueError("the issuer answered 503")
        return {"keys": [{**PUBLIC, "kid": kid} for kid in self.kids]}

    def keys(self) -> SigningKeys:
        return SigningKeys(self.fetch, lambda: self.now)


def test_known_keys_are_kept_for_their_lifespan_and_then_fetched_again() -> None:
    issuer = Issuer("a")
    keys = issuer.keys()

    for issuer.now in (0, 1, LIFESPAN_S - 1):
        assert keys.find("a") is not None
    assert issuer.asked == 1

    issuer.now = LIFESPAN_S
    keys.find("a")
    assert issuer.asked == 2


def test_a_key_the_issuer_withdrew_is_forgotten_after_the_lifespan() -> None:
    issuer = Issuer("a", "b")
    keys = issuer.keys()
    keys.find("a")
    issuer.kids, issuer.now = ("b",), LIFESPAN_S

    assert keys.find("a") is None


def test_an_unknown_key_is_asked_for_once_in_a_while() -> None:
    issuer = Issuer("a")
    keys = issuer.keys()
    keys.find("a")

    for issuer.now in (1, 2, COOLDOWN_S, COOLDOWN_S + 1, 2 * COOLDOWN_S):
        assert keys.find("x") is None
    assert issuer.asked == 3


def test_keys_at_hand_survive_an_issuer_that_does_not_answer() -> None:
    issuer = Issuer("a")
    keys = issuer.keys()
    keys.find("a")
    issuer.broken, issuer.now = True, LIFESPAN_S

    assert keys.find("a") is not None


def test_keys_at_hand_survive_an_issuer_that_publishes_none() -> None:
    issuer = Issuer("a")
    keys = issuer.keys()
    keys.find("a")
    issuer.kids, issuer.now = (), LIFESPAN_S

    assert keys.find("a") is not None


def test_without_any_key_the_issuer_is_asked_every_time() -> None:
    issuer = Issuer("a")
    keys = issuer.keys()
    issuer.broken = True
    with pytest.raises(IssuerUnreachableError):
        keys.find("a")

    issuer.broken = False
    assert keys.find("a") is not None


@pytest.mark.parametrize(
    "other",
    [{"kty": "unknown", "kid": "x"}, {"kty": "RSA", "kid": "x"}, {**PUBLIC, "kid": "x", "use": "enc"}, {"kty": "RSA"}],
)
def test_a_key_that_cannot_be_used_does_not_hide_the_others(other: dict[str, Any]) -> None:
    keys = SigningKeys(lambda: {"keys": [other, {**PUBLIC, "kid": "good"}]}, lambda: 0.0)

    assert keys.find("good") is not None
    assert keys.find("x") is None


@pytest.mark.parametrize("document", [[], {}, {"keys": None}, {"keys": [7]}])
def test_a_document_that_is_no_key_set_is_no_key_set(document: Any) -> None:
    with pytest.raises(IssuerUnreachableError):
        SigningKeys(lambda: document, lambda: 0.0).find("a")
