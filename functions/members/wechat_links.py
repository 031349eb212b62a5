"""By which openids WeChat knows a member: linked by a login code, and let go of (requirements N1, M6, K1).

    login code ──WeChat──> openid ──> row `wechat` of the member  +  openid ──> member

An openid is personal data: it stands in a row of its own, is exported and erased with the member, and is told to nobody
but WeChat. It belongs to one member: whoever has a fresh code of it is told that another membership has it, nobody else
can ask.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from functions.members import profiles
from functions.members.errors import NotAMemberError
from functions.members.profiles import Change, Identity
from functions.members.rows import Part, RowKey, delete, lookup, put_if_absent
from functions.members.transactions import BlockedError
from functions.members.wechat_errors import (
    WechatAwayError,
    WechatCodeError,
    WechatNotOpenError,
    WechatTakenError,
)
from loyalty import settings, wechat
from loyalty.errors import NotFoundError
from loyalty.identity import LOOKUP, OPENIDS, openid_key, table, wechat_key
from loyalty.limits import Counters, Limit
from loyalty.types import MemberId
from loyalty.wechat import UnansweredError, WechatAccount, WrongCodeError

A_MEMBER = Limit(10, timedelta(hours=1))
"""How many codes of a member are looked at: each asks WeChat."""
RETRY_AFTER_SECONDS = 10


def link(member_id: MemberId, account: WechatAccount, code: str, now: datetime) -> Identity:
    """Let an account of the mall know the member by the openid the code is of; the same again changes nothing.

    Raises:
        WechatNotOpenError: the mall has no such account.
        TooManyError: too many codes in an hour.
        WechatCodeError: the code says nothing (any more).
        WechatAwayError: WeChat does not answer.
        WechatTakenError: another membership has that openid.
        NotAMemberError: the membership was erased.
        BusyError: too many others change the same member.
    """
    if not settings.found(account.secret):
        raise WechatNotOpenError
    Counters(table(), "member_id").take(f"wechat-code/{member_id}", A_MEMBER, now)
    openid = _openid(account, code)
    held = RowKey(openid_key(account, openid), LOOKUP)

    def edit(identity: Identity) -> Change | None:
        before = identity.wechat.get(OPENIDS[account])
        if before == openid:
            return None
        parts = [put_if_absent(lookup(held.member_id, member_id)), *_freed(account, before)]
        return Change(_known(identity, account, openid), parts)

    try:
        return profiles.change(member_id, edit, now)
    except NotFoundError:
        raise NotAMemberError from None
    except BlockedError as blocked:
        if held in blocked.rows:
            raise WechatTakenError from None
        raise


def unlink(member_id: MemberId, account: WechatAccount, now: datetime) -> None:
    """Forget by which openid an account knows the member; where it is forgotten already, nothing changes.

    Raises:
        NotAMemberError: the membership was erased.
        BusyError: too many others change the same member.
    """

    def edit(identity: Identity) -> Change | None:
        before = identity.wechat.get(OPENIDS[account])
        return Change(_known(identity, account, None), _freed(account, before)) if before else None

    try:
        profiles.change(member_id, edit, now)
    except NotFoundError:
        raise NotAMemberError from None


def linked(identity: Identity) -> list[WechatAccount]:
    """Return which accounts know the member."""
    return [account for account in WechatAccount if OPENIDS[account] in identity.wechat]


def _openid(account: WechatAccount, code: str) -> str:
    try:
        return wechat.openid_of(account, code)
    except WrongCodeError:
        raise WechatCodeError from None
    except UnansweredError:
        raise WechatAwayError(retry_after=RETRY_AFTER_SECONDS) from None


def _known(identity: Identity, account: WechatAccount, openid: str | None) -> Identity:
    row = {**identity.wechat, **wechat_key(identity.member_id), OPENIDS[account]: openid}
    return replace(identity, wechat={name: value for name, value in row.items() if value is not None})


def _freed(account: WechatAccount, openid: str | None) -> list[Part]:
    return [delete(RowKey(openid_key(account, openid), LOOKUP))] if openid else []
