"""The programme as it is published: figures for programs, sentences for people (requirements P1, K5).

Pure: the same programme, tenants and language always give the same answer, so it can be cached and compared.
"""

from collections.abc import Iterable
from typing import Any

from functions.program.models import (
    Category,
    Earning,
    Enrolment,
    Expiry,
    ProgramAnswer,
    Redemption,
    TenantRatio,
    Tier,
    Tiers,
)
from functions.program.sentences import CATEGORIES, SENTENCES
from loyalty.programme import ExpiryKind, Programme, to_text
from loyalty.programme import Tier as Rung


def published(programme: Programme, tenants: Iterable[dict[str, Any]], language: str) -> ProgramAnswer:
    """Return the rules as everybody may read them.

    Args:
        tenants: the rows of the mall's tenants.
        language: `zh` or `en`.
    """
    return ProgramAnswer(
        version=programme.version,
        language=language,
        earning=_earning(programme, tenants, language),
        redemption=_redemption(programme, language),
        expiry=_expiry(programme, language),
        tiers=_tiers(programme, language),
        exclusions=_exclusions(programme, language),
        enrolment=_enrolment(programme, language),
    )


def _earning(programme: Programme, tenants: Iterable[dict[str, Any]], language: str) -> Earning:
    ratio, days = to_text(programme.points_per_yuan), programme.pending.days
    return Earning(
        points_per_yuan=ratio,
        pending_days=days,
        text=_say("earning_pending" if days else "earning", language, ratio=ratio, days=days),
        tenants=tuple(_tenant(row, language) for row in tenants if _has_own_ratio(row)),
    )


def _has_own_ratio(row: dict[str, Any]) -> bool:
    return row["status"] == "active" and bool(row.get("points_per_yuan") or row["ratios"])


def _tenant(row: dict[str, Any], language: str) -> TenantRatio:
    return TenantRatio(
        tenant_id=row["tenant_id"],
        name=row[f"name_{language}"],
        points_per_yuan=row.get("points_per_yuan"),
        ratios=row["ratios"],
    )


def _redemption(programme: Programme, language: str) -> Redemption:
    rate = programme.redemption
    least = max(rate.min_points, rate.step)
    return Redemption(
        points=rate.points,
        fen=rate.fen,
        step=rate.step,
        min_points=least,
        text=_say("redemption", language, points=rate.points, yuan=_yuan(rate.fen), step=rate.step, least=least),
    )


def _expiry(programme: Programme, language: str) -> Expiry:
    rule = programme.expiry
    return Expiry(
        kind=rule.kind,
        months=rule.months if rule.kind is ExpiryKind.ROLLING else None,
        reminder_days=rule.reminder_days,
        text=_say(f"expiry_{rule.kind}", language, months=rule.months),
    )


def _tiers(programme: Programme, language: str) -> Tiers:
    return Tiers(
        window=programme.tiers.window,
        text=_say(f"tiers_{programme.tiers.window}", language),
        ladder=tuple(_tier(rung, language) for rung in programme.tiers.ladder),
    )


def _tier(rung: Rung, language: str) -> Tier:
    return Tier(
        code=rung.code,
        name=rung.name_en if language == "en" else rung.name_zh,
        spend_fen=rung.spend_fen,
        multiplier=to_text(rung.multiplier),
        discount_percent=rung.discount_percent,
        benefits=rung.benefits_en if language == "en" else rung.benefits_zh,
    )


def _exclusions(programme: Programme, language: str) -> tuple[Category, ...]:
    return tuple(
        Category(code=code, name=CATEGORIES.get(code, (code, code))[language == "en"])
        for code in programme.exclusions.categories
    )


def _enrolment(programme: Programme, language: str) -> Enrolment:
    terms = programme.enrolment
    return Enrolment(
        minimum_age=terms.minimum_age,
        terms_version=terms.terms_version,
        approval=terms.approval,
        minimum_spend_yuan=terms.minimum_spend_yuan,
        required_fields=terms.required_fields,
        text=_say(f"enrolment_{terms.approval}", language, age=terms.minimum_age, version=terms.terms_version)
        + (_say("enrolment_spend", language, yuan=terms.minimum_spend_yuan) if terms.minimum_spend_yuan else ""),
    )


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def _say(name: str, language: str, **facts: object) -> str:
    return SENTENCES[name][language == "en"].format(**facts)
