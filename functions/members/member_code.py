"""The code a member shows at the till: signed, random, good for a minute (requirements M5).

    10 bytes member id | 4 bytes expiry | 6 bytes nonce | 15 bytes signature, as 56 characters of base32

Base32 is upper case only: it survives keyboard scanners, and makes a small QR. Nothing is stored when a code is
shown; the first till to use it writes the row that no second use gets past (`functions.members.till_sessions`).
"""

import base64
import io
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from functions.members.errors import MemberCodeInvalidError
from loyalty.pepper import digest
from loyalty.types import MemberId

LIFETIME = timedelta(minutes=1)
_PURPOSE = "member-code"
_BODY_BYTES, _SIGNATURE_BYTES = 20, 15
_LENGTH = (_BODY_BYTES + _SIGNATURE_BYTES) * 8 // 5


@dataclass(frozen=True, slots=True)
class MemberCode:
    """A code that is one of ours.

    Attributes:
        use: the digest under which its one use is recorded.
    """

    member_id: MemberId
    expires_at: datetime
    use: str


def make(member_id: MemberId, now: datetime) -> tuple[str, datetime]:
    """Return a fresh code and when it expires."""
    expires_at = datetime.fromtimestamp(int((now + LIFETIME).timestamp()), UTC)
    expiry = int(expires_at.timestamp()).to_bytes(4)
    body = bytes.fromhex(member_id) + expiry + secrets.token_bytes(6)
    return base64.b32encode(body + _signature(body)).decode(), expires_at


def read(text: str) -> MemberCode:
    """Return what a code says, expired or not.

    Raises:
        MemberCodeInvalidError: it is not one of ours.
    """
    raw = _raw(text)
    body, signature = raw[:_BODY_BYTES], raw[_BODY_BYTES:]
    if not secrets.compare_digest(_signature(body), signature):
        raise MemberCodeInvalidError
    expires_at = datetime.fromtimestamp(int.from_bytes(body[10:14]), UTC)
    return MemberCode(MemberId(body[:10].hex()), expires_at, digest("member-code-use", body.hex()))


def as_svg(code: str) -> str:
    """Return the code as the SVG text of a QR code."""
    import segno  # here, so that only who asks for the picture pays for the library

    out = io.BytesIO()
    segno.make_qr(code, error="m").save(out, kind="svg", xmldecl=False, scale=4)
    return out.getvalue().decode()


def _raw(text: str) -> bytes:
    if len(text) != _LENGTH:
        raise MemberCodeInvalidError
    try:
        return base64.b32decode(text, casefold=True)
    except ValueError:
        raise MemberCodeInvalidError from None


def _signature(body: bytes) -> bytes:
    return base64.urlsafe_b64decode(digest(_PURPOSE, body.hex(), _SIGNATURE_BYTES))
