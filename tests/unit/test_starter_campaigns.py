"""The campaigns every shipped mall starts with: what the requirements name, for tills alone, with nothing dangling."""

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from functions.campaigns.definition import EarningCampaign, compiled
from functions.campaigns.definition_effects import AddEffect, MultiplyEffect, StepsEffect
from local.demo.offers import giving
from local.starter import MALLS, Starter, StarterError, read_starter
from loyalty.earning.evaluation import Bought, Shopper, evaluate
from loyalty.earning.lines import PricedLine
from loyalty.earning.rule import GroupMode, Over
from loyalty.types import Purse

SHIPPED = sorted(path.stem for path in MALLS.glob("*.toml"))
CHINA = timezone(timedelta(hours=8))
DINNER = PricedLine("D", "dining", 1, 100_00, 100_00, 1000, True)


@pytest.fixture(scope="module", params=SHIPPED)
def starter(request: pytest.FixtureRequest) -> Starter:
    return read_starter(str(request.param))


@pytest.fixture
def malls(tmp_path: Path) -> Path:
    shutil.copy(MALLS / "aurora.toml", tmp_path)
    shutil.copytree(MALLS / "aurora", tmp_path / "aurora")
    return tmp_path


def test_the_campaigns_of_the_requirements_are_there(starter: Starter) -> None:
    campaigns = starter.campaigns.values()
    windows = [one.conditions.windows for one in campaigns]
    assert any(one.recurrence for one in windows)
    assert any(one.daily and (one.daily.starts, one.daily.until) == (18 * 60, 22 * 60) for one in windows)
    assert any(one.birthday == "month" for one in windows)
    assert any(one.festivals for one in windows)
    assert any(one.anniversary for one in windows)
    assert any(one.conditions.first_purchase for one in campaigns)
    assert any(one.conditions.scope.tenants for one in campaigns)
    assert any(one.templates for one in campaigns)


def test_cash_back_goes_by_steps_of_the_day_and_is_limited_by_a_budget(starter: Starter) -> None:
    by_steps = [one for one in starter.campaigns.values() if isinstance(one.effects[0], StepsEffect)]
    assert [(one.sums_day, one.budget is not None) for one in by_steps] == [(True, True)]


def test_aurora_gives_50_from_500_and_100_from_1000_in_a_day() -> None:
    (effect,) = read_starter("aurora").campaigns["spend-by-the-day"].effects
    assert isinstance(effect, StepsEffect)
    assert effect.over is Over.DAY
    assert [(step.at_least, step.gift.points) for step in effect.steps] == [(50_000, 50), (100_000, 100)]


def test_receipts_of_files_earn_nothing_on_top(starter: Starter) -> None:
    """The demo imports years of receipts, and tests buy what no campaign counts: both keep their figures."""
    for campaign in starter.campaigns.values():
        assert campaign.conditions.channels == ("till",)
        assert campaign.conditions.scope.categories
        assert {"shoes", "food"}.isdisjoint(campaign.conditions.scope.categories)


def test_multiplied_points_never_multiply_each_other(starter: Starter) -> None:
    multiplying = [one for one in starter.campaigns.values() if isinstance(one.effects[0], MultiplyEffect)]
    assert len(multiplying) >= 3
    assert {(one.group, one.stacking) for one in multiplying} == {("double", GroupMode.BEST)}


def test_a_birthday_dinner_on_member_day_doubles_once() -> None:
    campaigns = read_starter("aurora").campaigns
    rules = [compiled(name, one, 1, 1000, {}) for name, one in campaigns.items()]
    at = datetime(2026, 12, 5, 19, 0, tzinfo=CHINA)
    bought = Bought("k", "old-street-noodles", at, "till", (DINNER,), 1000)
    found = evaluate(bought, Shopper("regular", first_purchase=False, born="1224"), rules, {}, {})
    assert [award.points for award in found.awards] == [{Purse.POINTS: 100}]
    assert len(found.missed) == 2


def test_what_is_said_of_a_campaign_is_said_in_both_languages_and_under_names_of_their_own(starter: Starter) -> None:
    for campaign in starter.campaigns.values():
        assert campaign.description_zh
        assert campaign.description_en
    campaigns = starter.campaigns.values()
    assert len({one.name_zh for one in campaigns}) == len({one.name_en for one in campaigns}) == len(campaigns) >= 8


def test_campaigns_run_for_years(starter: Starter) -> None:
    assert {(one.starts.year, one.until.year) for one in starter.campaigns.values()} == {(2026, 2036)}


def test_a_campaign_gives_the_coupons_that_were_published() -> None:
    harbour = read_starter("harbour")
    ids = {entry: f"id-{entry}" for entry in harbour.coupons}
    given = {entry: giving(campaign, ids).templates for entry, campaign in harbour.campaigns.items()}
    assert given["spend-by-the-day"] == {"id-campaign-100", "id-campaign-300"}
    assert given["evening-voucher"] == {"id-campaign-dining-50"}
    assert given["member-day"] == frozenset()


def test_a_campaign_that_gives_points_alone_stays_what_it_was() -> None:
    campaign = read_starter("aurora").campaigns["first-purchase"]
    assert isinstance(campaign.effects[0], AddEffect)
    assert isinstance(giving(campaign, {}), EarningCampaign)
    assert giving(campaign, {}) == campaign


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"campaign-dining-50"', '"campaign-dining-5"', "hotpot-voucher: there is no coupon campaign-dining-5"),
        ('"red-lantern-hotpot"', '"red-lantern"', "hotpot-voucher: there is no tenant red-lantern"),
        ('"tea_coffee"]', '"tea_coffe"]', "there is no category tea_coffe"),
        ('channels = ["till"]', 'channels = ["till"]\ntiers = ["onyx"]', "member-day: there is no tier onyx"),
        ('channels = ["till"]', 'channels = ["till"]\nlists = ["vip"]', "member-day: lists are given their ids"),
        ("BYMONTHDAY=5", "BYMONTHDAY=50", r"campaigns\.toml: member-day: conditions\.windows"),
        ("until = 2036", "until = 2025", "member-day: the entry: .*until must lie after from"),
    ],
)
def test_a_mistake_is_told_with_its_entry(malls: Path, old: str, new: str, told: str) -> None:
    path = malls / "aurora" / "starter" / "campaigns.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(StarterError, match=told):
        read_starter("aurora", malls)
