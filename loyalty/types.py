"""The quantities and identifiers of the domain, so that a fen is never taken for a yuan or a point."""

from enum import StrEnum
from typing import NewType

MemberId = NewType("MemberId", str)
TenantId = NewType("TenantId", str)
ReceiptNo = NewType("ReceiptNo", str)
Points = NewType("Points", int)
Fen = NewType("Fen", int)
"""Money: 1 yuan = 100 fen, always an integer."""
Day = NewType("Day", str)
"""A mall-local day as `yymmdd`: six characters that sort as time does until 2099."""
Month = NewType("Month", str)
"""A mall-local month as `yymm`."""


class Purse(StrEnum):
    """The currencies one account holds (requirements P14)."""

    POINTS = "points"
    COURTESY = "courtesy"
    GROWTH = "growth"
    DRAWS = "draws"
    """Chances in a lottery: given by campaigns, used up by draws."""


class Status(StrEnum):
    """Where a membership stands; what each status allows is `loyalty.standing.ALLOWED`."""

    ACTIVE = "active"
    UNCLAIMED = "unclaimed"
    AWAITING_APPROVAL = "awaiting_approval"
    QUALIFYING = "qualifying"
    FROZEN = "frozen"
    ERASED = "erased"


class Kind(StrEnum):
    """What an entry of the ledger records."""

    PURCHASE = "purchase"
    REFUND = "refund"
    REDEEM = "redeem"
    EXPIRE = "expire"
    REMIND = "remind"
    OPENING = "opening"
    ERASE = "erase"
    STATUS = "status"
    AWARD = "award"
    TRANSFER = "transfer"
    ADJUST = "adjust"
    VOID = "void"
    REVIEW = "review"
    WARN = "warn"
    USE = "use"


class Origin(StrEnum):
    """How a fact reached us; nothing reaches out to members because of an import."""

    TILL = "till"
    MEMBER = "member"
    STAFF = "staff"
    IMPORT = "import"
    SCHEDULE = "schedule"
