"""The proof of invitations can fail: surveys that work in fair weather are found out in bad weather."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from functions.survey import on_event
from loyalty.clock import utc_now
from loyalty.surveys import inviting
from tests.proof.broken_invitations import believing_every_message, taking_the_slot_unasked
from tests.proof.occasions import plan
from tests.proof.rounds import assert_found_out
from tests.proof.scale import SEED
from tests.proof.test_survey_invitations import audit_invitations, consume, rush

_numbers = count()
FEW, OF_FEW_MEMBERS = 400, 40
"""As many events, so many of a member, as it mostly takes to find a broken variant out."""
VARIANTS: tuple[tuple[Any, str, Callable[..., Any], str], ...] = (
    (inviting, "written", taking_the_slot_unasked, "was invited 2 times"),
    (on_event, "heard", believing_every_message, "dead letter"),
)

pytestmark = pytest.mark.usefixtures("mall")


@pytest.fixture(params=VARIANTS, ids=lambda variant: variant[2].__name__.replace("_", " "))
def mistake(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Surveys with one mistake; what the audit says of it."""
    module, name, broken, sentence = request.param
    monkeypatch.setattr(module, name, broken)
    return str(sentence)


@pytest.mark.usefixtures("mistake")
def test_broken_surveys_work_in_fair_weather() -> None:
    work = plan(f"fair{next(_numbers)}", SEED, 40, utc_now())
    sound = [body for body in dict.fromkeys(work.bodies) if body not in work.malformed]
    for n, body in enumerate(sound):
        assert consume([{"messageId": str(n), "body": body}]) == []
    assert audit_invitations(work) == []


def test_bad_weather_finds_broken_surveys_out(mistake: str) -> None:
    assert_found_out(lambda seed: rush(FEW, seed, OF_FEW_MEMBERS)[1], mistake)


def test_true_surveys_pass_where_they_fail() -> None:
    assert rush(FEW, SEED, OF_FEW_MEMBERS)[1] == [], f"PROOF_SEED={SEED}"
