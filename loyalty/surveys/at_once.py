"""The survey that the answer of a redemption carries (requirements S1).

    redemption committed ──> a running survey fits? ──no──> nothing is read or written
                                   │ yes
                                   └──> invitation + member's slot, one transaction ──> `survey` in the answer

Asking must never harm a redemption: it comes after its transaction, in one call of its own, and whatever goes wrong
with it is left to the event of the redemption, which invites for the same occasion some seconds later.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError
from pydantic import Field

from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.entries import Entry
from loyalty.http import Answer
from loyalty.ledger import Outcome
from loyalty.settings import time_zone
from loyalty.surveys import inviting, running, settings
from loyalty.surveys.invitation import LINK_PATH, Asked, AskedBy, Invitation, from_row, invitation_id_of, invited
from loyalty.surveys.occasion import Occasion, why_not
from loyalty.surveys.redeemed import by_entry
from loyalty.surveys.running import Running

logger = Logger()


class SurveyReward(Answer):
    """What answering a survey brings."""

    purse: str
    points: int


class SurveyOffer(Answer):
    """A survey to show at once; `link` opens it without a login, below the API's address."""

    invitation_id: str
    survey_id: str
    title: str
    expires_at: str
    link: Annotated[str, Field(description="For a QR code on the receipt: one member, one answer.")]
    reward: SurveyReward | None = None


def after(outcome: Outcome, language: str, trace: str) -> SurveyOffer | None:
    """Return the survey to show after a movement of points; None where it redeemed nothing."""
    tier = outcome.entry.answer.get("tier")
    return offer(_occasions(outcome.entry), tier, language, trace, replayed=outcome.replayed)


def offer(occasions: Iterable[Occasion], tier: str | None, language: str, trace: str, *, replayed: bool) -> (
    SurveyOffer | None
):  # fmt: skip
    """Return the survey to show after a redemption; None where there is none, or asking met a difficulty.

    Args:
        occasions: the redemption, as each of its events will tell it.
        replayed: whether the redemption was made by an earlier request: then only what that one invited is shown.
    """
    try:
        found = tuple(occasions)
        return _offer(found, tier, language, trace, replayed=replayed) if found else None
    except Exception as error:  # noqa: BLE001 - the redemption stands: no defect of asking may make it look refused
        logger.warning("survey not offered", error=type(error).__name__)
        return None


def _occasions(entry: Entry) -> Iterator[Occasion]:
    """Yield what an entry redeemed, read only once somebody asks, so that nothing fails before."""
    yield from by_entry(entry)


def _offer(
    occasions: tuple[Occasion, ...], tier: str | None, language: str, trace: str, *, replayed: bool
) -> SurveyOffer | None:
    asking = [(survey, one) for survey in running.remembered() for one in occasions if _is_at_once(survey, one)]
    if not asking:
        return None
    now, rules = utc_now(), settings.read()
    fitting = [(survey, one) for survey, one in asking if why_not(survey, one, rules, now) is None]
    if not fitting:
        return None
    survey, occasion = fitting[0]
    token = inviting.token_for(survey, occasion)
    if replayed:
        return _shown(_standing(token), token, language)
    asked = Asked(AskedBy.AT_ONCE, tier, now, time_zone(), trace)
    invitation = invited(token, survey, occasion, rules, asked)
    return _shown(_written(invitation, survey, rules, now), token, language)


def _is_at_once(survey: Running, occasion: Occasion) -> bool:
    """Tell whether a survey can be decided now: no delay, and no condition on what only the event knows."""
    trigger = survey.trigger
    if trigger is None or trigger.delay_minutes or occasion.event not in trigger.events:
        return False
    return all(condition.field.split(".")[0] in occasion.data for condition in trigger.conditions)


def _written(invitation: Invitation, survey: Running, rules: settings.Settings, now: datetime) -> Invitation | None:
    """Write the invitation; where a condition fails, the member rests, or the event was faster."""
    try:
        parts = list(inviting.written(invitation, survey, rules, now))
        dynamo.client().transact_write_items(TransactItems=parts)
    except ClientError as error:
        if error.response["Error"]["Code"] != "TransactionCanceledException":
            raise
        return _standing(invitation.token) if _exists(error.response) else None
    return invitation


def _exists(response: Mapping[str, Any]) -> bool:
    reasons = response.get("CancellationReasons") or [{}]
    return bool(reasons[0].get("Code") == "ConditionalCheckFailed")


def _standing(token: str) -> Invitation | None:
    row = dynamo.get(settings.table(), inviting.key(invitation_id_of(token)), consistent=True)
    return from_row(row) if row else None


def _shown(invitation: Invitation | None, token: str, language: str) -> SurveyOffer | None:
    """Return what is told of an invitation: the same before and after it was answered, when the row has no token."""
    if invitation is None:
        return None
    return SurveyOffer(
        invitation_id=invitation.invitation_id,
        survey_id=invitation.survey_id,
        title=(invitation.title_en if language == "en" else None) or invitation.title_zh,
        expires_at=invitation.expires_at,
        link=LINK_PATH + token,
        reward=SurveyReward(purse=invitation.purse, points=invitation.points) if invitation.points else None,
    )
