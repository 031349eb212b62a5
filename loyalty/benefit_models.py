"""How entitlements and unlocks are answered, wherever a member or the service desk looks at them (T3, T5)."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field

from loyalty.accounts import Account
from loyalty.benefits import Gate, Right, gates, period_of, rights
from loyalty.clock import date_of
from loyalty.http import Answer
from loyalty.ladder import Entitlement, Period, Unlock
from loyalty.programme import Programme
from loyalty.types import Day

PARKING: dict[str, Any] = {
    "code": "free_parking",
    "name": "免费停车（小时）",
    "quota": 6,
    "per": "month",
    "used": 2,
    "remaining": 4,
    "resets_on": "2026-12-01",
}
TASTING: dict[str, Any] = {
    "code": "quarter_tasting",
    "name": "季度品鉴会",
    "is_open": False,
    "missing_fen": 120000,
    "missing_points": None,
    "open_until": None,
    "entitlements": ["tasting"],
}


def name_of(part: Entitlement | Unlock, language: str) -> str:
    """Return the name of a benefit in the caller's language."""
    return part.name_en if language == "en" else part.name_zh


class EntitlementAnswer(Answer):
    """A benefit with a number, as the member has it now: of the tier and of open unlocks together."""

    model_config = ConfigDict(json_schema_extra={"examples": [PARKING]})

    code: str
    name: str
    quota: Annotated[int, Field(description="Uses in a period.")]
    per: Period
    used: int
    remaining: int
    resets_on: Annotated[date, Field(description="The first mall-local day of the next period.")]

    @classmethod
    def of(cls, right: Right, language: str) -> Self:
        """Return an entitlement in the caller's language."""
        return cls(
            code=right.entitlement.code,
            name=name_of(right.entitlement, language),
            quota=right.quota,
            per=right.entitlement.per,
            used=right.used,
            remaining=right.remaining,
            resets_on=right.resets_on,
        )


class UnlockAnswer(Answer):
    """Benefits that open by themselves: by the spend of the running calendar quarter, or by a balance."""

    model_config = ConfigDict(json_schema_extra={"examples": [TASTING]})

    code: str
    name: str
    is_open: bool
    missing_fen: Annotated[int | None, Field(description="Spend missing in this quarter; null: it asks for none.")]
    missing_points: Annotated[int | None, Field(description="Points missing in the balance; null: it asks for none.")]
    open_until: Annotated[date | None, Field(description="The quarter's last day; null: closed, or while points last.")]
    entitlements: Annotated[tuple[str, ...], Field(description="The codes of what it brings.")]

    @classmethod
    def of(cls, gate: Gate, today: Day, language: str) -> Self:
        """Return an unlock in the caller's language."""
        of_quarter = gate.is_open and gate.missing_fen is not None
        return cls(
            code=gate.unlock.code,
            name=name_of(gate.unlock, language),
            is_open=gate.is_open,
            missing_fen=gate.missing_fen,
            missing_points=gate.missing_points,
            open_until=period_of(today, Period.QUARTER).last if of_quarter else None,
            entitlements=tuple(one.code for one in gate.unlock.entitlements),
        )


class EntitlementsAnswer(Answer):
    """Everything a member may claim now, and what would open more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"as_of": "2026-11-21", "entitlements": [PARKING], "unlocks": [TASTING]}]}
    )

    as_of: date
    entitlements: tuple[EntitlementAnswer, ...]
    unlocks: tuple[UnlockAnswer, ...]

    @classmethod
    def of(cls, account: Account, programme: Programme, today: Day, language: str) -> Self:
        """Return what a member may claim on a day."""
        return cls(
            as_of=date_of(today),
            entitlements=tuple(EntitlementAnswer.of(one, language) for one in rights(account, programme, today)),
            unlocks=tuple(UnlockAnswer.of(one, today, language) for one in gates(account, programme, today)),
        )
