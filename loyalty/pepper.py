"""The mall's secret key, and the keyed digests made with it.

Phones, client keys and codes are never stored as they are: what is stored is an HMAC under a key that only the
functions that need it may read. Every use has its own purpose, so a digest of one kind never equals one of another.
"""

import base64
import hashlib
import hmac

from loyalty.dynamo import service
from loyalty.remembering import FOREVER, kept_for
from loyalty.settings import setting


@kept_for(FOREVER)
def _pepper() -> bytes:
    answer = service("secretsmanager").get_secret_value(SecretId=setting("PEPPER_SECRET"))
    return str(answer["SecretString"]).encode()


def digest(purpose: str, value: str, size: int = 18) -> str:
    """Return the keyed digest of a value for one purpose, URL-safe, `size` bytes of it (18 = 144 bits)."""
    return base64.urlsafe_b64encode(mac(purpose, value)[:size]).rstrip(b"=").decode()


def mac(purpose: str, value: str) -> bytes:
    """Return the whole keyed hash of a value for one purpose: 32 bytes nobody without the key can tell from chance."""
    return hmac.new(_pepper(), f"{purpose}\n{value}".encode(), hashlib.sha256).digest()


def matches(purpose: str, value: str, expected: str, size: int = 18) -> bool:
    """Tell in constant time whether a digest is that of the value."""
    return hmac.compare_digest(digest(purpose, value, size), expected)
