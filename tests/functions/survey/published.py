"""Surveys as publication leaves them, for tests that only need somebody to be asked."""

from dataclasses import replace
from typing import Any

from loyalty import dynamo
from loyalty.catalogue import Offer, OfferState
from loyalty.remembering import forget_everything
from loyalty.surveys import running
from loyalty.surveys.invitation import Invitation, from_row
from loyalty.surveys.running import Running, Trigger

REDEEMED = Trigger(("PointsRedeemed", "CouponRedeemed"))
ASKING = Running("survey-1", "survey-1", 1, "兑换体验", "Your redemption", trigger=REDEEMED, points=20)


def publish(survey: Running = ASKING, **changes: Any) -> Running:
    """Write a published survey's rows; its definition is not needed to ask."""
    survey = replace(survey, **changes)
    facts = {"running": running.to_plain(survey), "series_id": survey.series_id, "number": survey.version}
    history = (("published", "staff-1", "2026-11-01T00:00:00.000Z"),)
    offer = Offer(survey.survey_id, {}, "staff-1", OfferState.PUBLISHED, 1, "staff-2", history, facts)
    dynamo.client().transact_write_items(TransactItems=list(running.catalogue().put_if_absent(offer)))
    forget_everything()
    return survey


def rows_of(kind: str) -> list[dict[str, Any]]:
    """Every row of a kind in the surveys table."""
    found = [dynamo.from_item(item) for item in dynamo.client().scan(TableName="surveys")["Items"]]
    return [row for row in found if row["kind"] == kind]


def invitations() -> list[Invitation]:
    """Every invitation there is."""
    return [from_row(row) for row in rows_of("invitation")]
