"""Where notices keep what they know of a member, for whoever may read it beside them (requirements N2, M6)."""

from loyalty.settings import setting

MEMBER = "member"


def table() -> str:
    """Return the table's name."""
    return setting("NOTICES_TABLE")


def member_key(member_id: str) -> dict[str, str]:
    """Return the key of what notices know of a member."""
    return {"notice_id": f"{MEMBER}/{member_id}", "kind": MEMBER}
