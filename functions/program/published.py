"""The programme as it is published: figures for programs, sentences for people (requirements P1, K5).

Pure: the same programme, tenants and language always give the same answer, so it can be cached and compared.
"""

from collections.abc import Iterable
from typing import Any

from functions.program.draft import changes
from functions.program.models import (
    AnnouncedVersion,
    Category,
    Earning,
    Enrolment,
    Expiry,
    FieldDifference,
    ProgramAnswer,
    PublishedGrowth,
    PublishedLateness,
    PublishedTransfers,
    Redemption,
    TenantRatio,
)
from functions.program.published_discounts import discount
from functions.program.published_tiers import ladder
from functions.program.sentences import CATEGORIES, SENTENCES
from loyalty.parts import to_text
from loyalty.pricing.campaigns import Campaign
from loyalty.programme import ExpiryKind, Programme
from loyalty.programme_store import Version


def published(
    programme: Programme,
    tenants: Iterable[dict[str, Any]],
    language: str,
    ahead: Iterable[Version] = (),
    discounts: Iterable[Campaign] = (),
) -> ProgramAnswer:
    """Return the rules as everybody may read them.

    Args:
        tenants: the rows of the mall's tenants.
        language: `zh` or `en`.
        ahead: the versions that were announced and are not in force yet, the next one first.
        discounts: the discount campaigns that run now.
    """
    return ProgramAnswer(
        version=programme.version,
        language=language,
        earning=_earning(programme, tenants, language),
        redemption=_redemption(programme, language),
        expiry=_expiry(programme, language),
        tiers=ladder(programme, language),
        discounts=tuple(discount(campaign, language) for campaign in discounts),
        exclusions=_exclusions(programme, language),
        enrolment=_enrolment(programme, language),
        growth=PublishedGrowth(points_per_yuan=to_text(programme.growth.points_per_yuan)),
        transfers=_transfers(programme, language),
        lateness=PublishedLateness(most_days=programme.lateness.most_days),
        notice_days=programme.notice_days,
        announced=_announced(programme, ahead, language),
    )


def _announced(programme: Programme, ahead: Iterable[Version], language: str) -> tuple[AnnouncedVersion, ...]:
    """Return what will change: every version compared with the one it follows."""
    told, before = [], programme
    for version in ahead:
        differences = tuple(FieldDifference(**one._asdict()) for one in changes(before, version.programme))
        told.append(
            AnnouncedVersion(
                version=version.number,
                effective_from=version.effective_from,
                announced_at=version.announced_at or "",
                text=version.announcement.get(language, ""),
                differences=differences,
            )
        )
        before = version.programme
    return tuple(told)


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


def _transfers(programme: Programme, language: str) -> PublishedTransfers:
    rules = programme.transfers
    limits = {"minimum": rules.minimum, "day": rules.most_a_day, "year": rules.most_a_year}
    text = _say("transfers_on", language, **limits) if rules.enabled else _say("transfers_off", language)
    if rules.enabled and (rules.fee_points or rules.fee_percent):
        text += _say("transfers_fee", language, fixed=rules.fee_points, percent=rules.fee_percent)
    return PublishedTransfers(text=text, **rules.model_dump())


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
