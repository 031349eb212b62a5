"""The life of an estimate: drafted, approved by another person before its day, withdrawn before its day (I5).

What has begun to apply never changes and never goes: reports of days that are over name it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.books import store
from functions.books.estimate import Estimate, estimate_of
from loyalty import attempts, offers
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, OfferState, Step, WrongStateError
from loyalty.clock import local_date
from loyalty.errors import RuleError
from loyalty.settings import time_zone


class EstimateInThePastError(RuleError):
    """An estimate may not begin before `earliest`: reports of days that are over would change."""

    code = "estimate_in_the_past"
    zh = "生效日期不得早于 {earliest}。"
    en = "It may take effect on {earliest} at the earliest."


def draft(body: Estimate, login: str, idempotency_key: str, now: datetime) -> Plan[Offer]:
    """Write a draft, once.

    Raises:
        EstimateInThePastError, IdempotencyKeyReusedError.
    """
    _require_ahead(body, now)
    return offers.create(store.estimates(), body, login, idempotency_key, now)


def change(estimate_id: str, changes: Mapping[str, Any], login: str, now: datetime) -> Plan[Offer]:
    """Change a draft; what is approved never changes.

    Raises:
        NotFoundError, WrongStateError, InvalidRequestError.
    """
    standing = offers.read(store.estimates(), estimate_id)
    if standing.state is not OfferState.DRAFT:
        raise WrongStateError(state=standing.state.value)
    return offers.change(store.estimates(), estimate_id, Estimate, changes, login, now)


def approve(estimate_id: str, login: str, now: datetime, version: int | None) -> Plan[Offer]:
    """Approve what another person wrote, not later than on the day it begins.

    Raises:
        NotFoundError, WrongStateError, OwnApprovalError, ChangedMeanwhileError, EstimateInThePastError.
    """
    return _stepped(estimate_id, Step.APPROVE, login, now, version)


def withdraw(estimate_id: str, login: str, now: datetime) -> Plan[Offer]:
    """Withdraw a version that does not apply yet.

    Raises:
        NotFoundError, WrongStateError, EstimateInThePastError.
    """
    return _stepped(estimate_id, Step.END, login, now, None)


def _stepped(estimate_id: str, step: Step, login: str, now: datetime, version: int | None) -> Plan[Offer]:
    where = store.estimates()

    def decide(found: Offer | None) -> Plan[Offer]:
        offer = offers.required(found)
        plan = offers.stepped(where, offer, step, login, now, version)
        if plan.writes and (step is Step.APPROVE or offer.state is OfferState.APPROVED):
            _require_ahead(estimate_of(offer), now)
        return plan

    return attempts.settle(lambda certain: where.read(estimate_id, consistent=certain), decide)


def _require_ahead(found: Estimate, now: datetime) -> None:
    today = local_date(now, time_zone())
    if found.effective_from < today:
        raise EstimateInThePastError(earliest=today.isoformat())
