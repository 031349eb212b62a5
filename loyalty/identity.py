"""Look-ups from what people carry (login, phone, card) to the random member id everything else uses.

The rows live in the members table under their own keys; phones and cards only as keyed digests. A login's row changes
only when somebody leaves and comes back, so it is remembered for half a minute.
"""

from loyalty.dynamo import get
from loyalty.pepper import digest
from loyalty.remembering import HALF_A_MINUTE, kept_for
from loyalty.settings import setting
from loyalty.types import MemberId

WECHAT = "wechat"
OPENIDS = {"mini_program": "mini_program_openid", "official_account": "official_account_openid"}
"""Under which names a member's row `wechat` holds by what each of the mall's WeChat accounts knows them."""
LOOKUP = "lookup"
"""The `kind` of a look-up row."""


def table() -> str:
    """Return the members table's name."""
    return setting("MEMBERS_TABLE")


def login_key(login: str) -> str:
    """Return the key of the row that maps a login to its member."""
    return f"login/{login}"


def phone_key(phone: str) -> str:
    """Return the key of the row that maps a phone (E.164) to its member."""
    return f"phone/{digest('phone', phone)}"


def card_key(card_no: str) -> str:
    """Return the key of the row that maps a card number to its member."""
    return f"card/{digest('card', card_no)}"


def dates_key(member_id: MemberId) -> dict[str, object]:
    """Return the key of the row that holds a member's `born` (`mmdd`, if known) and `joined` (`yymmdd`) alone."""
    return {"member_id": member_id, "kind": "dates"}


def wechat_key(member_id: MemberId) -> dict[str, object]:
    """Return the key of the row that holds by which openids WeChat knows a member: personal data, erased with them."""
    return {"member_id": member_id, "kind": WECHAT}


def openid_key(account: str, openid: str) -> str:
    """Return the key of the row that maps an openid of one of the mall's WeChat accounts to its member."""
    return f"openid/{digest('openid', f'{account} {openid}')}"


def find(key: str) -> MemberId | None:
    """Return the member a look-up row names; None where there is none."""
    row = get(table(), {"member_id": key, "kind": LOOKUP})
    return MemberId(row["target"]) if row and "target" in row else None


class NoMembershipError(LookupError):
    """The login has no membership (yet); kept out of the cache."""


@kept_for(HALF_A_MINUTE, most=10_000)
def _member_of_login(login: str) -> MemberId:
    """Return the login's member."""
    member_id = find(login_key(login))
    if member_id is None:
        raise NoMembershipError
    return member_id


def member_of_login(login: str) -> MemberId | None:
    """Return the member who signs in with this login; None before enrolment."""
    try:
        return _member_of_login(login)
    except NoMembershipError:
        return None
