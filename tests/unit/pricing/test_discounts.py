"""Discount campaigns: published ones only, for whom, where and when they say, cached for half a minute (A11)."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from loyalty import discounts, dynamo, offers
from loyalty.catalogue import Offer, OfferState, drafted
from loyalty.discounts import running
from loyalty.ladder import Tier
from loyalty.pricing.campaigns import Campaign, for_member, identified
from loyalty.programme import Programme

MAY = datetime(2027, 5, 1, tzinfo=UTC)
SALE: dict[str, Any] = {
    "name_zh": "五一八折",
    "name_en": "May sale",
    "percent": 20,
    "from": "2027-05-01T00:00:00+00:00",
    "until": "2027-05-06T00:00:00+00:00",
}


def campaign(**changes: Any) -> Campaign:
    return identified("d1", {**SALE, **changes})


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    discounts._published.cache_clear()
    yield
    discounts._published.cache_clear()


def write(offer_id: str, state: OfferState, **changes: Any) -> None:
    draft = drafted(offer_id, offers.stored(Campaign.model_validate({**SALE, **changes})), "m", "2027-04-01")
    offer = Offer(offer_id, draft.definition, "m", state, history=draft.history)
    dynamo.client().transact_write_items(TransactItems=list(discounts.catalogue().put_if_absent(offer)))


def test_only_what_is_published_and_has_begun_runs(cloud: Any) -> None:
    write("sale", OfferState.PUBLISHED, tiers=["gold"], scope={"brands": ["x"]})
    write("draft", OfferState.DRAFT)
    write("paused", OfferState.PAUSED)
    write("later", OfferState.PUBLISHED, **{"from": "2027-05-02T00:00:00+00:00"})

    (found,) = running(MAY)

    assert found == identified("sale", {**SALE, "tiers": ["gold"], "scope": {"brands": ["x"]}})
    assert (found.campaign_id, found.percent) == ("sale", 20)
    assert {one.campaign_id for one in running(MAY + timedelta(days=1))} == {"sale", "later"}


def test_campaigns_are_read_once_in_half_a_minute(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 30.0
    monkeypatch.setattr("loyalty.discounts.time.monotonic", lambda: now)
    assert running(MAY) == ()
    write("sale", OfferState.PUBLISHED)
    now = 59.9
    assert running(MAY) == ()
    now = 60.0
    assert len(running(MAY)) == 1


@pytest.mark.parametrize(
    ("changes", "granted"),
    [
        ({}, True),
        ({"tiers": ["gold"]}, True),
        ({"tiers": ["silver"]}, False),
        ({"scope": {"tenants": ["muzuo-home"]}}, True),
        ({"scope": {"tenants": ["elsewhere"]}}, False),
        ({"from": "2027-05-01T00:00:01+00:00"}, False),
        ({"from": "2027-04-01T00:00:00+00:00", "until": "2027-05-01T00:00:00+00:00"}, False),
        ({"from": "2027-04-01T00:00:00+00:00", "until": "2027-05-01T08:00:01+08:00"}, True),
    ],
)
def test_a_member_gets_the_campaigns_of_tier_tenant_and_time(changes: dict[str, Any], granted: bool) -> None:
    found = for_member([campaign(**changes)], "gold", MAY, "muzuo-home")
    assert [(one.code, one.percent) for one in found] == ([("d1", 20)] if granted else [])


def test_a_discount_carries_the_goods_its_campaign_names() -> None:
    (found,) = for_member([campaign(scope={"brands": ["x"]})], "gold", MAY, "muzuo-home")
    assert found.scope.brands == ("x",)


@pytest.mark.parametrize(
    "wrong",
    [{"percent": 0}, {"percent": 91}, {"until": SALE["from"]}, {"from": "2027-05-01T00:00:00"}, {"campaign_id": "d1"}],
)
def test_a_campaign_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Campaign.model_validate({**SALE, **wrong})


@pytest.mark.parametrize("percent", [-1, 91, "15"])
def test_a_tier_takes_off_at_most_ninety_percent(percent: object) -> None:
    with pytest.raises(ValidationError):
        Tier.model_validate(
            {"code": "a", "name_zh": "卡", "name_en": "Card", "spend_yuan": 0, "discount_percent": percent}
        )


@pytest.mark.parametrize(("mall", "percents"), [("aurora", [15]), ("harbour", [20]), ("jade", [])])
def test_the_shipped_malls_give_diamond_members_their_discount(mall: str, percents: list[int]) -> None:
    parsed = tomllib.loads((Path(__file__).parents[3] / "malls" / f"{mall}.toml").read_text())
    ladder = Programme.model_validate(parsed["program"]).tiers.ladder

    assert [tier.discount_percent for tier in ladder if tier.code == "diamond"] == percents
    assert not any(tier.discount_percent for tier in ladder if tier.code != "diamond")
