"""Member sessions: the proof that a member stood at a till, for fifteen minutes, at that tenant only.

A session is a signed statement rather than a row, so a checkout that spends points reads nothing more than one that
only earns. It is issued once per member code (`functions.members.desk`) and opened by the tills' routes.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loyalty.errors import SessionExpiredError
from loyalty.pepper import digest, matches
from loyalty.types import MemberId, TenantId

LIFETIME = timedelta(minutes=15)
_PURPOSE = "member-session"


@dataclass(frozen=True, slots=True)
class Session:
    """Whom a till serves, and until when."""

    member_id: MemberId
    tenant_id: TenantId
    expires_at: datetime


def issue(session: Session) -> str:
    """Return the session as the opaque text a till sends back; the same session always gives the same text."""
    body = f"{session.member_id}\n{session.tenant_id}\n{int(session.expires_at.timestamp())}"
    encoded = base64.urlsafe_b64encode(body.encode()).rstrip(b"=").decode()
    return f"{encoded}.{digest(_PURPOSE, body)}"


def read(text: str, tenant_id: TenantId) -> Session:
    """Return the session a till sent back, over or not; the caller compares `expires_at`.

    Raises:
        SessionExpiredError: if it is another tenant's or not one of ours; the caller cannot tell which.
    """
    encoded, _, signature = text.partition(".")
    try:
        body = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except ValueError:
        raise SessionExpiredError from None
    if not signature.isascii() or not matches(_PURPOSE, body, signature):
        raise SessionExpiredError
    member_id, owner, expires = body.split("\n")
    if owner != tenant_id:
        raise SessionExpiredError
    return Session(MemberId(member_id), tenant_id, datetime.fromtimestamp(int(expires), UTC))


def open_session(text: str, tenant_id: TenantId, now: datetime) -> MemberId:
    """Return the member a session stands for.

    Raises:
        SessionExpiredError: if it is over, another tenant's, or not one of ours; the caller cannot tell which.
    """
    session = read(text, tenant_id)
    if now >= session.expires_at:
        raise SessionExpiredError
    return session.member_id
