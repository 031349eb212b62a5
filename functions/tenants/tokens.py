"""What an access token says, once everything about it was checked.

A token is hostile until proven: the algorithm is ours to choose, the key is the issuer's, and every claim a decision
rests on must be there. Why a token is refused is for the log alone.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import jwt
from jwt import PyJWK

from functions.tenants.signing_keys import ALGORITHMS, is_cognito
from loyalty.settings import setting

MAX_LENGTH = 8192
"""Characters; the gateway takes 10 KB of headers, an access token has one or two."""
LEEWAY_S = 5
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class RefusedTokenError(Exception):
    """The token opens nothing; the reason is a word for the log."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What this mall's tokens look like."""

    issuer: str
    audience: frozenset[str]
    till_scope: str
    staff_scope: str
    groups_claim: str

    @classmethod
    def from_settings(cls) -> Self:
        """Read it from the environment."""
        return cls(
            issuer=setting("ISSUER"),
            audience=frozenset(setting("AUDIENCE").split(",")),
            till_scope=setting("TILL_SCOPE"),
            staff_scope=setting("STAFF_SCOPE"),
            groups_claim=os.environ.get("GROUPS_CLAIM", "cognito:groups"),
        )


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who holds a token: a till's client, or a person with groups."""

    client_id: str
    login: str
    scopes: frozenset[str]
    groups: frozenset[str]
    for_this_api: bool
    """Whether the token was issued to one of the mall's own applications (or for this API)."""


def from_header(header: str) -> str:
    """Return the token of an `Authorization` header.

    Raises:
        RefusedTokenError: if it holds nothing that could be one.
    """
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or len(token) > MAX_LENGTH or not _COMPACT.fullmatch(token):
        raise RefusedTokenError("malformed")
    return token


def bearer(token: str, expected: Expected, find_key: Callable[[str], PyJWK | None]) -> Bearer:
    """Return who holds a token.

    Raises:
        RefusedTokenError: if anything about it is not as it must be.
    """
    try:
        claims = _verified(token, expected, find_key)
        return _bearer(claims, expected)
    except _UNREADABLE as error:
        raise RefusedTokenError(type(error).__name__) from error


def _verified(token: str, expected: Expected, find_key: Callable[[str], PyJWK | None]) -> Mapping[str, Any]:
    key = find_key(jwt.get_unverified_header(token)["kid"])
    if key is None:
        raise RefusedTokenError("unknown_key")
    claims: Mapping[str, Any] = jwt.decode(
        token,
        key=key,
        algorithms=ALGORITHMS,
        issuer=expected.issuer,
        leeway=LEEWAY_S,
        options={"require": ["exp", "iat", "iss", "sub"], "verify_aud": False},
    )
    if is_cognito(expected.issuer) and claims.get("token_use") != "access":
        raise RefusedTokenError("no_access_token")
    return claims


def _bearer(claims: Mapping[str, Any], expected: Expected) -> Bearer:
    client_id = str(claims.get("client_id") or claims["azp"])
    # A user pool's access token has no audience; for people, the application it was issued to takes its place.
    meant_for_us = not expected.audience.isdisjoint(_words(claims.get("aud", client_id)))
    if "aud" in claims and not meant_for_us:
        raise RefusedTokenError("audience")
    return Bearer(
        client_id=client_id,
        login=str(claims["sub"]),
        scopes=_words(claims.get("scope") or claims.get("scp") or ""),
        groups=_words(claims.get(expected.groups_claim) or ""),
        for_this_api=meant_for_us,
    )


def _words(claim: object) -> frozenset[str]:
    """Return a claim that is a list, or text with spaces between its words."""
    if isinstance(claim, str):
        return frozenset(claim.split())
    if isinstance(claim, list):
        return frozenset(str(word) for word in claim)
    raise TypeError("neither text nor a list")
