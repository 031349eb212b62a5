"""The signature of requests to Tencent Cloud, TC3-HMAC-SHA256. Pure.

    canonical request ──sha256──> text to sign ──key of day and service──> Authorization

A service's kit for Python weighs megabytes and costs every cold start; this is what of it is needed (ADR 1035).
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

CONTENT_TYPE = "application/json; charset=utf-8"
_ALGORITHM = "TC3-HMAC-SHA256"
_SIGNED = "content-type;host"


class Key(NamedTuple):
    """Whose request it is: the public id of a key, and the key."""

    secret_id: str
    secret_key: str


def authorization(service: str, host: str, body: bytes, key: Key, now: datetime) -> Mapping[str, str]:
    """Return the headers that sign a POST of JSON to the root of a service."""
    at = now.astimezone(UTC)
    seconds, day = int(at.timestamp()), f"{at:%Y-%m-%d}"
    scope = f"{day}/{service}/tc3_request"
    canonical = "\n".join(
        ("POST", "/", "", f"content-type:{CONTENT_TYPE}", f"host:{host}", "", _SIGNED, hashlib.sha256(body).hexdigest())
    )
    text = "\n".join((_ALGORITHM, str(seconds), scope, hashlib.sha256(canonical.encode()).hexdigest()))
    signing = f"TC3{key.secret_key}".encode()
    for part in (day, service, "tc3_request"):
        signing = _mac(signing, part)
    signature = _mac(signing, text).hex()
    return {
        "Content-Type": CONTENT_TYPE,
        "Host": host,
        "X-TC-Timestamp": str(seconds),
        "Authorization": f"{_ALGORITHM} Credential={key.secret_id}/{scope}, SignedHeaders={_SIGNED}, "
        f"Signature={signature}",
    }


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
