"""What a campaign names: tenants, tiers, templates, lists, its survey; a name that leads nowhere stops its publication.

A member would find the mistake otherwise: by the coupon that never came.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from functions.campaigns import lists
from functions.campaigns.definition import CampaignFollowUp, EarningCampaign
from loyalty import catalogue, dynamo, programme_store, tenants
from loyalty.catalogue import OfferState
from loyalty.coupons import issue
from loyalty.coupons.template import Template
from loyalty.errors import RuleError
from loyalty.parts import THOUSANDTHS
from loyalty.programme import Programme
from loyalty.surveys import running as surveys
from loyalty.surveys.running import Running
from loyalty.types import TenantId

A_READING = 100


class UnknownNamesError(RuleError):
    """The campaign names what does not exist.

    `unknown` says what, by kind: tenants, tiers, templates, lists, surveys.
    """

    code = "unknown_names"
    zh = "活动引用了不存在或未发布的内容：{names}。"
    en = "The campaign names what does not exist, or is not published: {names}."


class SurveyClosedError(RuleError):
    """The survey `survey_id` that follows the campaign does not ask at `asks_at`, when its turn comes."""

    code = "survey_closed_by_then"
    zh = "问卷 {survey_id} 在回访时间（{asks_at}）不在有效期内。"
    en = "The survey {survey_id} does not ask when the campaign is followed up, at {asks_at}."


@dataclass(frozen=True, slots=True)
class Named:
    """What a campaign's names lead to.

    Attributes:
        templates: the published templates among those it names.
        unknown: names that lead nowhere, by kind; empty where all is well.
        survey: the published survey that follows it; None where it names none.
        point_fen: what a point is worth at the till, thousandths of a fen.
    """

    templates: Mapping[str, Template] = field(default_factory=dict)
    unknown: Mapping[str, Sequence[str]] = field(default_factory=dict)
    point_fen: int = THOUSANDTHS
    survey: Running | None = None

    @property
    def worth(self) -> dict[str, int]:
        """What a coupon of each template is worth, in fen."""
        return {template_id: worth_of(template) for template_id, template in self.templates.items()}


def named_by(campaign: EarningCampaign, now: datetime) -> Named:
    """Look up everything a campaign names; tiers are those of the programme in force when it begins."""
    programme = programme_store.current(max(now, campaign.starts))
    wanted = sorted(campaign.templates)
    templates = _published(wanted)
    asked, survey = campaign.conditions, _survey(campaign.follow_up)
    unknown = {
        "tenants": _no_tenants(asked.scope.tenants),
        "tiers": [code for code in asked.tiers if all(tier.code != code for tier in programme.tiers.ladder)],
        "templates": [one for one in wanted if one not in templates],
        "lists": lists.missing(tuple(dict.fromkeys(asked.lists))),
        "surveys": [campaign.follow_up.survey_id] if campaign.follow_up and survey is None else [],
    }
    return Named(templates, {kind: found for kind, found in unknown.items() if found}, point_fen(programme), survey)


def valued(campaigns: Iterable[EarningCampaign], at: datetime) -> Named:
    """Return what points and published coupons are worth that campaigns give, whether all they name exists or not."""
    wanted = sorted({template_id for campaign in campaigns for template_id in campaign.templates})
    return Named(_published(wanted), {}, point_fen(programme_store.current(at)))


def require_known(named: Named) -> None:
    """Refuse a campaign some of whose names lead nowhere.

    Raises:
        UnknownNamesError: naming them.
    """
    if named.unknown:
        names = ", ".join(f"{kind} {name}" for kind, found in named.unknown.items() for name in found)
        raise UnknownNamesError(unknown=named.unknown, names=names)


def require_asking(survey: Running, at: datetime) -> None:
    """Refuse a campaign whose survey would ask nobody when its turn comes.

    Raises:
        SurveyClosedError.
    """
    if not survey.asks_at(at):
        raise SurveyClosedError(survey_id=survey.survey_id, asks_at=at.isoformat())


def point_fen(programme: Programme) -> int:
    """Return what a point is worth at the till, in thousandths of a fen, rounded down."""
    return programme.redemption.fen * THOUSANDTHS // programme.redemption.points


def worth_of(template: Template) -> int:
    """Return what a coupon is worth when campaigns compete, in fen: what it takes off at most, or what it costs."""
    return template.terms.off_fen or template.terms.max_off_fen or template.unit_cost_fen


def _published(template_ids: Iterable[str]) -> dict[str, Template]:
    found: dict[str, Template] = {}
    for some in batched(template_ids, A_READING, strict=False):
        keys = [(issue.templates().table, issue.templates().key(one)) for one in some]
        for one, row in zip(some, dynamo.batch_get(*keys, consistent=True), strict=True):
            offer = catalogue.offer_of(row)
            if offer and offer.state is OfferState.PUBLISHED:
                found[one] = Template.model_validate(offer.definition)
    return found


def _survey(follow_up: CampaignFollowUp | None) -> Running | None:
    offer = surveys.catalogue().read(follow_up.survey_id, consistent=True) if follow_up else None
    is_out = offer is not None and offer.state is OfferState.PUBLISHED
    return surveys.from_plain((offer.facts or {})[surveys.RUNNING]) if offer and is_out else None


def _no_tenants(tenant_ids: Sequence[str]) -> list[str]:
    """Return those that are no tenant of the mall; one that left for good is none any more."""
    wanted = tuple(dict.fromkeys(tenant_ids))
    keys = [(tenants.table(), tenants.key(TenantId(one))) for one in wanted]
    rows = dynamo.batch_get(*keys, consistent=True) if keys else []
    return [one for one, row in zip(wanted, rows, strict=True) if row is None or not tenants.from_row(row).active]
