"""The issuer's public keys, kept for ten minutes and fetched within bounds.

A token whose key is not among them may be signed by a new key, so it causes one fetch; a flood of such tokens causes
no more than one every ten seconds. When the issuer does not answer, the keys at hand go on being used.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import urllib3
from jwt import PyJWK
from jwt.exceptions import PyJWTError

LIFESPAN_S = 600
COOLDOWN_S = 10
TIMEOUT_S = 2.0
ALGORITHMS = ("RS256", "ES256")

Document = Mapping[str, Any]


class IssuerUnreachableError(RuntimeError):
    """The issuer's keys cannot be had, and there are none from before: nobody can be told from anybody."""


class SigningKeys:
    """The keys by their `kid`.

    Args:
        fetch: returns the issuer's key set (RFC 7517); may raise.
        clock: seconds that only grow.
    """

    def __init__(self, fetch: Callable[[], Document], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, PyJWK] = {}
        self._tried_at: float | None = None

    def find(self, kid: str) -> PyJWK | None:
        """Return the key of that id; None where the issuer has none.

        Raises:
            IssuerUnreachableError: if no key set was ever fetched.
        """
        if self._is_due(kid):
            self._refresh()
        if not self._keys:
            raise IssuerUnreachableError
        return self._keys.get(kid)

    def _is_due(self, kid: str) -> bool:
        if self._tried_at is None or not self._keys:
            return True
        age = self._clock() - self._tried_at
        return age >= LIFESPAN_S or (kid not in self._keys and age >= COOLDOWN_S)

    def _refresh(self) -> None:
        self._tried_at = self._clock()
        try:
            found = _usable(self._fetch())
        except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError, AttributeError):
            return
        self._keys = found or self._keys


def fetched_from(issuer: str) -> Callable[[], Document]:
    """Return what fetches an issuer's key set."""
    return lambda: _document(_key_set_url(issuer))


def is_cognito(issuer: str) -> bool:
    """Tell whether an issuer is a user pool, whose tokens say what they are for in `token_use`."""
    return (urlsplit(issuer).hostname or "").startswith("cognito-idp.")


def _key_set_url(issuer: str) -> str:
    """Return where the keys are: as told, at the pool (moved with every other service), or as the issuer says."""
    if told := os.environ.get("JWKS_URL"):
        return told
    if not is_cognito(issuer):
        return str(_document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")["jwks_uri"])
    services = os.environ.get("AWS_ENDPOINT_URL")
    base = f"{services.rstrip('/')}/{issuer.rsplit('/', 1)[-1]}" if services else issuer
    return f"{base}/.well-known/jwks.json"


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(timeout=urllib3.Timeout(TIMEOUT_S), retries=urllib3.Retry(1, redirect=0))


def _document(url: str) -> Document:
    answer = _pool().request("GET", url)
    if answer.status != 200:
        raise ValueError(f"the issuer answered {answer.status}")
    found: Document = json.loads(answer.data)
    return found


def _usable(key_set: Document) -> dict[str, PyJWK]:
    """Return the keys that may sign; one the library cannot read does not hide the others."""
    found = {}
    for jwk in key_set["keys"]:
        if "kid" in jwk and jwk.get("use", "sig") == "sig":
            try:
                found[jwk["kid"]] = PyJWK.from_dict(jwk)
            except PyJWTError:
                continue
    return found
