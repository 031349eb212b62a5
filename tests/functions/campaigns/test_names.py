"""What a campaign names must exist when it is published, and is told by kind and name where it does not (A1)."""

from typing import Any

import pytest

from loyalty.catalogue import OfferState
from tests.functions.campaigns.desk import (
    approved,
    everything,
    naming,
    published,
    put_template,
    put_tenant,
    running_rules,
    send,
    step,
)

pytestmark = pytest.mark.usefixtures("desk")
NOBODY = "0" * 24


@pytest.mark.parametrize(
    ("changes", "unknown"),
    [
        (naming(scope={"tenants": ["tea-house", "nowhere"]}), {"tenants": ["nowhere"]}),
        (naming(scope={"tenants": ["closed-shop"]}), {"tenants": ["closed-shop"]}),
        (naming(tiers=["gold", "onyx"]), {"tiers": ["onyx"]}),
        (naming(lists=[NOBODY]), {"lists": [NOBODY]}),
        (naming(template=NOBODY), {"templates": [NOBODY]}),
        (naming(template="d" * 24), {"templates": ["d" * 24]}),
        (naming(tiers=["onyx"], template=NOBODY), {"tiers": ["onyx"], "templates": [NOBODY]}),
    ],
)
def test_names_that_lead_nowhere_stop_a_publication(changes: dict[str, Any], unknown: dict[str, list[str]]) -> None:
    put_tenant("tea-house")
    put_tenant("closed-shop", "closed")
    put_template(OfferState.PAUSED, "d" * 24)
    campaign_id = approved(**changes)
    before = everything()
    answer = step(campaign_id, "publications")
    assert (answer.status, answer.code, answer.body["unknown"]) == (422, "unknown_names", unknown)
    assert all(name in answer.body["detail"] for names in unknown.values() for name in names)
    assert everything() == before


def test_names_that_lead_somewhere_are_published() -> None:
    put_tenant("tea-house")
    list_id = send("POST /member-lists", {"name": "VIP"}, key="l").body["list_id"]
    names = naming(scope={"tenants": ["tea-house"]}, tiers=["gold"], lists=[list_id], template=put_template())
    assert published(**names) in running_rules()
