"""The ladder as it is published: what reaches a tier, what it brings, what opens inside it (T1-T5). Pure."""

from functions.program.sentences import SENTENCES
from functions.program.tier_models import (
    PublishedActivity,
    PublishedEntitlement,
    PublishedUnlock,
    PublishedWelcome,
    Tier,
    Tiers,
)
from loyalty.ladder import Entitlement, Unlock
from loyalty.ladder import Tier as Rung
from loyalty.parts import FEN_PER_YUAN, to_text
from loyalty.programme import Programme


def ladder(programme: Programme, language: str) -> Tiers:
    """Return the ladder, lowest rung first."""
    rules = programme.tiers
    return Tiers(
        window=rules.window,
        grace_days=rules.grace_days,
        warning_days=rules.warning_days,
        text=SENTENCES[f"tiers_{rules.window}"][language == "en"],
        ladder=tuple(_tier(rung, language) for rung in rules.ladder),
        unlocks=tuple(_unlock(unlock, language) for unlock in rules.unlocks),
    )


def _tier(rung: Rung, language: str) -> Tier:
    english = language == "en"
    return Tier(
        code=rung.code,
        name=rung.name_en if english else rung.name_zh,
        spend_fen=rung.spend_fen,
        points_earned=rung.points_earned,
        activity=PublishedActivity(**rung.activity.model_dump()) if rung.activity else None,
        match=rung.match,
        multiplier=to_text(rung.multiplier),
        discount_percent=rung.discount_percent,
        benefits=rung.benefits_en if english else rung.benefits_zh,
        welcome=PublishedWelcome(**rung.welcome.model_dump()) if rung.welcome else None,
        entitlements=tuple(_entitlement(one, language) for one in rung.entitlements),
    )


def _unlock(unlock: Unlock, language: str) -> PublishedUnlock:
    yuan = unlock.quarter_spend_yuan
    return PublishedUnlock(
        code=unlock.code,
        name=unlock.name_en if language == "en" else unlock.name_zh,
        tiers=unlock.tiers,
        quarter_spend_fen=None if yuan is None else yuan * FEN_PER_YUAN,
        balance_points=unlock.balance_points,
        entitlements=tuple(_entitlement(one, language) for one in unlock.entitlements),
    )


def _entitlement(one: Entitlement, language: str) -> PublishedEntitlement:
    name = one.name_en if language == "en" else one.name_zh
    return PublishedEntitlement(code=one.code, name=name, quota=one.quota, per=one.per)
