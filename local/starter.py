"""Content a mall starts with: tenants, offers of every kind, surveys, notices (`malls/<mall>/starter/*.toml`).

Each file holds entries by their own id. They are read by the models of the routes they are sent to, so a file that
loads is one that the API takes. An entry may name others: tenants, categories, tiers of the mall's programme, and a
voucher the coupon it gives; names that lead nowhere are found here, not by the first member who misses a coupon, or
whom nobody asks or writes to.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from functions.campaigns.definition import EarningCampaign
from functions.lifecycle.definition import OccasionOffer
from functions.notices.templates.staff_models import DraftNoticeTemplate
from functions.notices.templates.template import NoticeTemplate
from functions.redeem.reward import SERVICE_DESK, Reward
from functions.segments.shipped import SHIPPED
from functions.survey.defining.staff_models import DraftSurvey
from functions.survey.definition import EventCondition, Survey
from functions.tenants.models import TenantRequest
from local.checkout import ROOT, shown
from loyalty.coupons.template import Template
from loyalty.coupons.terms import Scope
from loyalty.errors import InvalidRequestError
from loyalty.pricing.campaigns import Campaign

MALLS = ROOT / "malls"
TIER_FIELDS = frozenset({"tier", "tier_before", "tier_after"})
"""Fields of events that name a tier."""
GIVEN_OUT = frozenset({"template_id", "reward_id"})
"""Fields of events that hold an id which the API gives out: no file can know it."""


class StarterError(Exception):
    """A file cannot be used; the message names the file, the entry, the field and what is wrong with it."""


@dataclass(frozen=True)
class StockedReward:
    """A reward and the units that come in at its pick-up points before it is published.

    Attributes:
        reward: its `template_id` is the id of an entry of `coupons.toml`.
        stock: units by pick-up point.
    """

    reward: Reward
    stock: Mapping[str, int]


@dataclass(frozen=True)
class Starter:
    """A mall's starter content, each part by the entries' own ids, in the order of the file."""

    tenants: Mapping[str, TenantRequest]
    coupons: Mapping[str, Template]
    discounts: Mapping[str, Campaign]
    rewards: Mapping[str, StockedReward]
    surveys: Mapping[str, Survey]
    campaigns: Mapping[str, EarningCampaign]
    """Coupons that one gives are named by their ids in `coupons.toml`."""
    occasions: Mapping[str, OccasionOffer]
    """Coupons that one gives are named by their ids in `coupons.toml`, segments by those they ship with."""
    notices: Mapping[str, NoticeTemplate]

    @property
    def categories(self) -> frozenset[str]:
        """The categories of goods that some tenant sells."""
        return frozenset(category for tenant in self.tenants.values() for category in tenant.categories)


def read_starter(mall: str, malls: Path = MALLS) -> Starter:
    """Read a mall's starter content.

    Args:
        mall: the name of its file in `malls/`.
        malls: where the files of malls lie.

    Raises:
        StarterError: if a file is missing, an entry is invalid, or it names what does not exist.
    """
    folder = malls / mall / "starter"
    starter = Starter(
        tenants=_entries(folder / "tenants.toml", _tenant),
        coupons=_entries(folder / "coupons.toml", _read_by(Template)),
        discounts=_entries(folder / "discounts.toml", _read_by(Campaign)),
        rewards=_entries(folder / "rewards.toml", _stocked),
        surveys=_entries(folder / "surveys.toml", _read_by(DraftSurvey)),
        campaigns=_entries(folder / "campaigns.toml", _read_by(EarningCampaign)),
        occasions=_entries(folder / "occasions.toml", _read_by(OccasionOffer)),
        notices=_entries(folder / "notices.toml", _read_by(DraftNoticeTemplate)),
    )
    settings = _toml(malls / f"{mall}.toml")
    tiers = {tier["code"] for tier in settings["program"]["tiers"]["ladder"]}
    links_lead_somewhere = "member_url" in settings.get("notices", {})
    for file, entry, problem in (*_dangling(starter, tiers), *_unsendable(starter, links_lead_somewhere)):
        raise StarterError(f"{shown(folder / file)}: {entry}: {problem}")
    return starter


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StarterError(f"{shown(path)} is not there.") from None
    except tomllib.TOMLDecodeError as error:
        raise StarterError(f"{shown(path)}: {error}") from None


def _entries[Entry](path: Path, read: Callable[[str, dict[str, Any]], Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry_id, fields in _toml(path).items():
        if not isinstance(fields, dict):
            raise StarterError(f"{shown(path)}: {entry_id}: not an entry")
        try:
            found[entry_id] = read(entry_id, fields)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            field = ".".join(map(str, first["loc"])) or "the entry"
            raise StarterError(f"{shown(path)}: {entry_id}: {field}: {first['msg']}") from None
        except InvalidRequestError as error:
            errors: Any = error.params["errors"]
            told = f"{errors[0]['pointer']}: {errors[0]['detail']}"
            raise StarterError(f"{shown(path)}: {entry_id}: {told}") from None
    return found


def _read_by[Model: BaseModel](model: type[Model]) -> Callable[[str, dict[str, Any]], Model]:
    return lambda _, fields: model.model_validate(fields)


def _tenant(entry_id: str, fields: dict[str, Any]) -> TenantRequest:
    return TenantRequest.model_validate({"tenant_id": entry_id, **fields})


def _stocked(_: str, fields: dict[str, Any]) -> StockedReward:
    stock = fields.pop("stock", {})
    return StockedReward(Reward.model_validate(fields), stock)


_Problems = Iterator[tuple[str, str, str]]


def _dangling(starter: Starter, tiers: set[str]) -> _Problems:
    """Yield file, entry and problem wherever an entry names what does not exist."""
    for entry, coupon in starter.coupons.items():
        named = (*coupon.tiers, *([coupon.issued_on.tier_after] if coupon.issued_on else []))
        yield from _unknown("coupons.toml", entry, "tier", named, tiers)
        yield from _out_of_scope("coupons.toml", entry, coupon.terms.scope, starter)
    for entry, campaign in starter.discounts.items():
        yield from _unknown("discounts.toml", entry, "tier", campaign.tiers, tiers)
        yield from _out_of_scope("discounts.toml", entry, campaign.scope, starter)
    for entry, stocked in starter.rewards.items():
        reward = stocked.reward
        places = {SERVICE_DESK, *starter.tenants}
        yield from _unknown("rewards.toml", entry, "tier", reward.tiers, tiers)
        yield from _unknown("rewards.toml", entry, "pick-up point", reward.pick_up_points, places)
        yield from _unknown("rewards.toml", entry, "coupon", [reward.template_id], starter.coupons)
        yield from _missing_stock(entry, stocked)
    for entry, awarding in starter.campaigns.items():
        asked = awarding.conditions
        yield from _unknown("campaigns.toml", entry, "tier", asked.tiers, tiers)
        yield from _unknown("campaigns.toml", entry, "coupon", sorted(awarding.templates), starter.coupons)
        yield from _out_of_scope("campaigns.toml", entry, asked.scope, starter)
        if asked.lists:
            yield "campaigns.toml", entry, "lists are given their ids by the API, so no file can name one"
    for entry, offer in starter.occasions.items():
        segments = (*offer.who.segments, offer.segment_id)
        yield from _unknown("occasions.toml", entry, "tier", offer.who.tiers, tiers)
        yield from _unknown("occasions.toml", entry, "coupon", offer.templates, starter.coupons)
        yield from _unknown("occasions.toml", entry, "shipped segment", segments, (one.segment_id for one in SHIPPED))
    for entry, survey in starter.surveys.items():
        for condition in survey.on_event.conditions if survey.on_event else ():
            yield from _unknown_in_condition(entry, condition, starter, tiers)


def _unsendable(starter: Starter, links_lead_somewhere: bool) -> _Problems:
    """Yield the notices that could not be drafted, or would wait for a segment that nobody wrote."""
    for entry, notice in starter.notices.items():
        if notice.links() and not links_lead_somewhere:
            yield "notices.toml", entry, "it links to a page, and the mall's file sets no member_url"
        if notice.segment_id:
            yield "notices.toml", entry, "what concerns a segment is for marketers to write, once there is one"


def _unknown_in_condition(entry: str, condition: EventCondition, starter: Starter, tiers: set[str]) -> _Problems:
    field = condition.field.rpartition(".")[2]
    value = condition.value
    named = [str(name) for name in (value if isinstance(value, tuple) else (value,))]
    if condition.op == "exists":
        return
    if field in GIVEN_OUT:
        yield "surveys.toml", entry, f"{field} is given out by the API, so no file can name one"
    elif field in TIER_FIELDS:
        yield from _unknown("surveys.toml", entry, "tier", named, tiers)
    elif field == "tenant_id":
        yield from _unknown("surveys.toml", entry, "tenant", named, starter.tenants)
    elif field == "pick_up_point":
        yield from _unknown("surveys.toml", entry, "pick-up point", named, {SERVICE_DESK, *starter.tenants})


def _out_of_scope(file: str, entry: str, scope: Scope, starter: Starter) -> _Problems:
    yield from _unknown(file, entry, "tenant", scope.tenants, starter.tenants)
    yield from _unknown(file, entry, "category", scope.categories, starter.categories)


def _unknown(file: str, entry: str, what: str, named: Iterable[str | None], known: Iterable[str]) -> _Problems:
    for name in named:
        if name is not None and name not in set(known):
            yield file, entry, f"there is no {what} {name}"


def _missing_stock(entry: str, stocked: StockedReward) -> _Problems:
    if set(stocked.stock) != set(stocked.reward.pick_up_points):
        yield "rewards.toml", entry, "stock must name each pick-up point, and nothing else"
    if not all(isinstance(units, int) and units > 0 for units in stocked.stock.values()):
        yield "rewards.toml", entry, "stock must be a number of units at each pick-up point"
