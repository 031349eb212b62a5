"""A member code opens one session, at the first till that uses it (requirements M5).

Two rows of one transaction decide: the code's use, and the request that used it. So the second till is refused, and
a till that lost the answer gets the same session again, even after the code's minute.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from functions.members import member_code
from functions.members.errors import MemberCodeInvalidError
from functions.members.member_code import MemberCode
from functions.members.requests import Request
from functions.members.rows import Part, put_if_absent
from functions.members.transactions import BlockedError, write
from loyalty.dynamo import Item
from loyalty.sessions import LIFETIME, Session
from loyalty.types import MemberId, TenantId

USE = "code"


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, and whether this very request opened it before."""

    session: Session
    replayed: bool


def open_once(text: str, tenant_id: TenantId, key: str, now: datetime) -> Opened:
    """Open the session a member code stands for.

    Args:
        key: the till's `Idempotency-Key`.

    Raises:
        MemberCodeInvalidError: the code is used, over or forged.
        IdempotencyKeyReusedError: the till used the key with another code.
    """
    code = member_code.read(text)
    request = Request.of("member-sessions", tenant_id, key, {"member_code": code.use}, LIFETIME, now)
    session = Session(code.member_id, tenant_id, datetime.fromtimestamp(request.forgotten_at, UTC))
    if now >= code.expires_at:
        return _repeated(request.standing(), session, now)
    try:
        write([_use(code, request.forgotten_at), request.remember({"target": code.member_id})])
    except BlockedError as blocked:
        row = blocked.rows.get(request.key)
        return _repeated(request.same(row) if row else None, session, now)
    return Opened(session, replayed=False)


def _use(code: MemberCode, forgotten_at: int) -> Part:
    return put_if_absent({"member_id": f"code/{code.use}", "kind": USE, "ttl": forgotten_at})


def _repeated(row: Item | None, session: Session, now: datetime) -> Opened:
    """Return the session this request opened before, as long as it lives."""
    if row is None or now.timestamp() >= row["ttl"]:
        raise MemberCodeInvalidError
    expires_at = datetime.fromtimestamp(row["ttl"], UTC)
    return Opened(Session(MemberId(row["target"]), session.tenant_id, expires_at), replayed=True)
