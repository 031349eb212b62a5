"""A trial keeps out whom the till kept out (requirement I4): its figures are those of the members it is for."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from loyalty.catalogue import Step
from loyalty.earning import running
from loyalty.earning.control import keeps_out
from tests.functions.campaigns_figures.conftest import CLEO
from tests.functions.campaigns_figures.mall import buy, hear, ledger_did, published, same, stepped, told, tried
from tests.functions.till import ANNA, BEN

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
BUYERS = (ANNA, BEN, CLEO)


def kept_out(campaign_id: str) -> list[str]:
    """Return which buyers are in a campaign's control group."""
    rule = running.find([campaign_id])[campaign_id]
    return [who for who in BUYERS if keeps_out(rule, who)]


def compared() -> Iterator[str]:
    """Publish campaigns that keep half of the members out, one after the other has ended."""
    for number in count():
        campaign_id = published(f"compared-{number}", control_share=500)
        yield campaign_id
        stepped(campaign_id, Step.END)


def test_a_trial_keeps_out_whom_the_till_kept_out(mall: Any) -> None:
    campaign_id = next(one for one in compared() if len(kept_out(one)) in {1, 2})
    for number, who in enumerate(BUYERS):
        buy(f"R-{number}", ("S-1", "shoes", 10_000), who=who)
    hear(told())
    found = tried(campaign_id)["result"]
    assert found["missed"] == {"control_group": len(kept_out(campaign_id))}
    assert same(found) == ledger_did(campaign_id).plain()
    assert found["members"] == len(BUYERS) - len(kept_out(campaign_id))
