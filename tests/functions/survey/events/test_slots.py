"""What the pure rule says of a member's rest is what the condition of the writing says, to the millisecond."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.clock import iso
from loyalty.surveys import inviting
from loyalty.surveys.invitation import Asked, AskedBy, invited
from loyalty.surveys.occasion import Occasion
from loyalty.surveys.settings import Settings
from tests.functions.survey.events.conftest import ANNA, NOON, Mall, put
from tests.functions.survey.published import ASKING, invitations

A_MS = timedelta(milliseconds=1)


@pytest.mark.parametrize("changes", [{}, {"once_days": 0}, {"minds_fatigue": False}, {"once_days": 7}])
@pytest.mark.parametrize(
    "slot",
    [
        None,
        {},
        {"rest_until": iso(NOON)},
        {"rest_until": iso(NOON + A_MS)},
        {"asked_survey-1": iso(NOON - timedelta(days=90))},
        {"asked_survey-1": iso(NOON - timedelta(days=90) + A_MS)},
        {"asked_survey-1": iso(NOON - timedelta(days=7)), "rest_until": iso(NOON)},
        {"asked_other": iso(NOON), "rest_until": iso(NOON + A_MS)},
    ],
)
def test_rule_and_condition_agree(mall: Mall, slot: dict[str, Any] | None, changes: dict[str, Any]) -> None:
    survey = replace(ASKING, **changes)
    if slot is not None:
        put({**inviting.slot_key(ANNA), **slot})
    occasion = Occasion("PointsRedeemed", ANNA, "one/e-1", NOON, "till")
    one = invited("token", survey, occasion, Settings(), Asked(AskedBy.EVENT, None, NOON, "Asia/Shanghai"))
    parts = list(inviting.written(one, survey, Settings(), NOON))
    with suppress(dynamo.client().exceptions.TransactionCanceledException):
        dynamo.client().transact_write_items(TransactItems=parts)
    assert (invitations() == [one]) is inviting.is_rested(slot, survey, NOON)
    after = dynamo.get("surveys", inviting.slot_key(ANNA))
    if invitations():
        assert after is not None
        assert after["rest_until"] == iso(NOON + timedelta(days=7))
        assert not inviting.is_rested(after, replace(survey, minds_fatigue=True), NOON)
    else:
        assert after == {**inviting.slot_key(ANNA), **(slot or {})}
