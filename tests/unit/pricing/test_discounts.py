"""Discount campaigns: published ones only, for whom, where and when they say, cached for half a minute (A11, B1)."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from loyalty import discounts, dynamo, offers
from loyalty.catalogue import Offer, OfferState, drafted
from loyalty.discounts import running
from loyalty.ladder import Tier
from loyalty.pricing.basket import Line
from loyalty.pricing.campaigns import Buyer, Campaign, Visit, asking_birthday, for_member, identified, lacking_birthday
from loyalty.programme import Programme
from loyalty.types import Fen

MAY = datetime(2027, 5, 1, tzinfo=UTC)
SALE: dict[str, Any] = {
    "name_zh": "五一八折",
    "name_en": "May sale",
    "percent": 20,
    "from": "2027-05-01T00:00:00+00:00",
    "until": "2027-05-06T00:00:00+00:00",
}


NOODLES = (Line("N-1", "dining", 1, Fen(32_00), "lotus"),)


def campaign(**changes: Any) -> Campaign:
    return identified("d1", {**SALE, **changes})


def visit(day: date = date(2027, 5, 1)) -> Visit:
    return Visit(MAY, day, "muzuo-home")


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
    monkeypatch.setattr("loyalty.remembering.monotonic", lambda: now)
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
    found = for_member([campaign(**changes)], Buyer("gold"), visit())
    assert [(one.code, one.percent) for one in found] == ([("d1", 20)] if granted else [])


def test_a_discount_carries_the_goods_its_campaign_names() -> None:
    (found,) = for_member([campaign(scope={"brands": ["x"]})], Buyer("gold"), visit())
    assert found.scope.brands == ("x",)


@pytest.mark.parametrize(
    ("asked", "born", "day", "granted"),
    [
        ("month", "0531", "2027-05-01", True),
        ("month", "0501", "2027-05-31", True),
        ("month", "0531", "2027-06-01", False),
        ("month", "0229", "2027-02-01", True),
        ("day", "0531", "2027-05-31", True),
        ("day", "0531", "2027-05-30", False),
        ("day", "0229", "2027-02-28", True),
        ("day", "0229", "2027-03-01", False),
        ("day", "0229", "2028-02-28", False),
        ("day", "0229", "2028-02-29", True),
        ("month", None, "2027-05-01", False),
        ("day", None, "2027-05-01", False),
    ],
)
def test_pitfall_6_a_birthdays_discount_is_for_its_month_or_its_day_as_the_malls_calendar_has_it(
    asked: str, born: str | None, day: str, granted: bool
) -> None:
    for_birthdays = campaign(birthday=asked)
    assert bool(for_member([for_birthdays], Buyer("gold", born), visit(day=date.fromisoformat(day)))) is granted


def test_a_birthdays_discount_asks_for_the_tier_too() -> None:
    for_gold = campaign(birthday="month", tiers=["gold"])
    assert for_member([for_gold], Buyer("gold", "0517"), visit())
    assert not for_member([for_gold], Buyer("silver", "0517"), visit())


@pytest.mark.parametrize(
    ("changes", "asks"),
    [
        ({}, True),
        ({"birthday": "day"}, True),
        ({"birthday": None}, False),
        ({"tiers": ["nobodys"]}, True),
        ({"scope": {"categories": ["dining", "womens_wear"]}}, True),
        ({"scope": {"categories": ["dining"], "brands": ["other"]}}, False),
        ({"scope": {"categories": ["furniture"]}}, False),
        ({"scope": {"skus": ["N-2"]}}, False),
        ({"scope": {"tenants": ["elsewhere"]}}, False),
        ({"from": "2027-05-02T00:00:00+00:00"}, False),
        ({"from": "2027-04-01T00:00:00+00:00", "until": "2027-05-01T00:00:00+00:00"}, False),
    ],
)
def test_a_birthday_is_asked_for_only_where_a_discount_may_depend_on_it(changes: dict[str, Any], asks: bool) -> None:
    for_birthdays = campaign(**{"birthday": "month", **changes})
    assert asking_birthday([for_birthdays], visit(), NOODLES) == ((for_birthdays,) if asks else ())
    assert asking_birthday([for_birthdays], visit(), ()) == ()


def test_only_an_unknown_birthday_is_lacking_and_only_to_whom_the_rest_applies() -> None:
    for_gold = campaign(birthday="month", tiers=["gold"])
    assert lacking_birthday([for_gold], Buyer("gold"), visit(), NOODLES) == (for_gold,)
    assert lacking_birthday([for_gold], Buyer("silver"), visit(), NOODLES) == ()
    assert lacking_birthday([for_gold], Buyer("gold", "1224"), visit(), NOODLES) == ()
    assert lacking_birthday([campaign(birthday="day")], Buyer("silver"), visit(), NOODLES)


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": 0},
        {"percent": 91},
        {"until": SALE["from"]},
        {"from": "2027-05-01T00:00:00"},
        {"campaign_id": "d1"},
        {"birthday": "year"},
        {"birthday": True},
    ],
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
