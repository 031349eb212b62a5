"""HTTPS route of simulations: what a receipt would earn, now or at a given time, with drafts (requirements A10)."""

from functions.campaigns import simulating
from functions.campaigns.simulating import Question, UnknownTenantError
from functions.campaigns.simulations_models import (
    AssumedShopper,
    SimulationAnswer,
    SimulationRequest,
    simulation_answer,
)
from loyalty.auth import require_group
from loyalty.clock import day_of, utc_now, zone
from loyalty.earning.evaluation import Shopper
from loyalty.errors import ForbiddenError, NotFoundError, UnknownMemberError
from loyalty.http import answers, api, entry_point, language
from loyalty.pricing.basket import Line
from loyalty.settings import time_zone
from loyalty.types import Fen, MemberId, TenantId

app = api()


@app.post(
    "/campaigns/simulations",
    operation_id="simulateCampaigns",
    summary="Say what a receipt would earn, now or at a given time, with drafts",
    description="By the checkout's own pricing and evaluation, for a member or an assumed shopper. Writes nothing.",
    tags=["campaigns"],
    responses=answers(
        200,
        SimulationAnswer,
        "What it would earn",
        ForbiddenError,
        NotFoundError,
        UnknownMemberError,
        UnknownTenantError,
    ),
)
def simulate(body: SimulationRequest) -> SimulationAnswer:
    """Simulate a receipt."""
    require_group(app.current_event.raw_event)
    question = _question(body)
    at = question.at.astimezone(zone(time_zone())).isoformat(timespec="seconds")
    return simulation_answer(simulating.simulate(question), at, language(app))


def _question(body: SimulationRequest) -> Question:
    return Question(
        tenant_id=TenantId(body.tenant_id),
        lines=tuple(Line(line.sku, line.category, line.quantity, Fen(line.amount), line.brand) for line in body.lines),
        channel=body.channel,
        at=body.at or utc_now(),
        member_id=MemberId(body.member_id) if body.member_id else None,
        assumed=_assumed(body.shopper or AssumedShopper()),
        drafts=body.drafts,
        campaigns=body.campaigns,
    )


def _assumed(shopper: AssumedShopper) -> Shopper:
    return Shopper(
        tier=shopper.tier or "",
        first_purchase=shopper.first_purchase,
        born=shopper.birthday.replace("-", "") if shopper.birthday else None,
        joined=day_of(shopper.joined) if shopper.joined else None,
        lists=frozenset(shopper.lists),
    )


handler = entry_point(app)
