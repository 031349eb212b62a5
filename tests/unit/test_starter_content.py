"""The starter content of every shipped mall: what the routes take, of every kind, in Chinese, and nothing left hanging.

The files are data that marketers edit, so a mistake in them must be named, not found by a member.
"""

import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.lifecycle.definition import OfferOccasion
from functions.redeem.reward import RewardKind
from local.demo.tenants import TENANTS
from local.starter import MALLS, Starter, StarterError, read_starter
from loyalty.coupons.terms import Kind
from loyalty.recurrence import recurrence

SHIPPED = sorted(path.stem for path in MALLS.glob("*.toml"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIRST_YEAR, LAST_YEAR = 2026, 2036
REASONS = ("price", "threshold", "not_known", "no_time", "not_needed", "other")


@pytest.fixture(scope="module", params=SHIPPED)
def mall(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def starter(mall: str) -> Starter:
    return read_starter(mall)


def test_three_malls_are_shipped() -> None:
    assert SHIPPED == ["aurora", "harbour", "jade"]


def test_there_is_enough_to_start_with(starter: Starter) -> None:
    assert len(starter.tenants) >= 30
    assert len(starter.coupons) >= 15
    assert 10 <= len(starter.rewards) <= 15
    assert len(starter.discounts) >= 2
    assert len(starter.surveys) == 5


def test_every_kind_of_coupon_is_there(starter: Starter) -> None:
    assert {coupon.terms.kind for coupon in starter.coupons.values()} == set(Kind)


def test_coupons_are_bound_to_categories_tenants_brands_and_items(starter: Starter) -> None:
    scopes = [coupon.terms.scope for coupon in starter.coupons.values()]
    assert any(scope.categories and not scope.tenants for scope in scopes)
    assert any(scope.tenants for scope in scopes)
    assert any(scope.brands for scope in scopes)
    assert any(scope.skus for scope in scopes)


def test_the_99_yuan_zone_and_the_add_on_are_special_prices(starter: Starter) -> None:
    special = [one.terms for one in starter.coupons.values() if one.terms.kind is Kind.SPECIAL_PRICE]
    assert any(terms.price_fen == 99_00 and not terms.threshold_fen for terms in special)
    assert any(terms.threshold_fen for terms in special)


def test_a_new_member_is_welcomed_with_a_coupon_parking_and_a_sample(starter: Starter) -> None:
    (welcome,) = [offer for offer in starter.occasions.values() if offer.occasion is OfferOccasion.WELCOME]
    kinds = [starter.coupons[name].terms.kind for name in welcome.coupons]
    assert sorted(kinds) == [Kind.AMOUNT_OFF, Kind.PARKING, Kind.SAMPLE]


def test_festival_codes_tier_coupons_and_a_small_flash_sale_are_there(starter: Starter) -> None:
    coupons = starter.coupons.values()
    assert any(coupon.word for coupon in coupons)
    assert any(coupon.tiers for coupon in coupons)
    assert any(coupon.category == "flash" and coupon.quantity and coupon.quantity <= 100 for coupon in coupons)


def test_festival_codes_are_told_apart_as_they_are_stored(starter: Starter) -> None:
    words = [coupon.reserved for coupon in starter.coupons.values() if coupon.word]
    assert len(set(words)) == len(words)


def test_every_kind_of_reward_is_there(starter: Starter) -> None:
    assert {stocked.reward.kind for stocked in starter.rewards.values()} == set(RewardKind)


def test_rewards_for_points_and_cash_for_a_tier_and_for_a_limited_time_are_there(starter: Starter) -> None:
    rewards = [stocked.reward for stocked in starter.rewards.values()]
    assert any(reward.cash_fen for reward in rewards)
    assert any(reward.tiers for reward in rewards)
    assert any(reward.starts and reward.until and reward.quantity for reward in rewards)


def test_double_value_is_twice_what_points_are_worth_at_the_till(mall: str, starter: Starter) -> None:
    rate = tomllib.loads((MALLS / f"{mall}.toml").read_text())["program"]["redemption"]
    (double,) = [one.reward for one in starter.rewards.values() if one.reward.kind is RewardKind.CASH]
    assert double.value_fen == 2 * double.points * rate["fen"] // rate["points"]


def test_a_voucher_costs_what_its_coupon_takes_off(mall: str, starter: Starter) -> None:
    rate = tomllib.loads((MALLS / f"{mall}.toml").read_text())["program"]["redemption"]
    (voucher,) = [one.reward for one in starter.rewards.values() if one.reward.kind is RewardKind.VOUCHER]
    coupon = starter.coupons[str(voucher.template_id)]
    assert voucher.points * rate["fen"] // rate["points"] == coupon.terms.off_fen
    assert not coupon.claimable


def test_who_redeems_is_asked_at_once_about_ease_usefulness_and_service(starter: Starter) -> None:
    survey = starter.surveys["redemption"]
    assert survey.on_event
    assert set(survey.on_event.events) == {"PointsRedeemed", "CouponRedeemed", "RewardHandedOver"}
    assert survey.on_event.delay_minutes == 0
    dimensions = [question.dimension for question in survey.questions if question.kind == "scale"]
    assert dimensions == ["ease", "usefulness", "service"]
    assert [question.kind for question in survey.questions[3:]] == ["recommendation", "text"]
    assert survey.reward
    assert survey.reward.purse == "courtesy"


def test_whose_coupon_lapsed_is_asked_why_some_hours_later(starter: Starter) -> None:
    survey = starter.surveys["coupon-not-used"]
    assert survey.on_event
    assert survey.on_event.events == ("CouponExpired",)
    assert survey.on_event.delay_minutes >= 60
    (why,) = [question for question in survey.questions if question.kind == "single"]
    assert [choice.code for choice in why.choices] == list(REASONS)


def test_surveys_wait_a_week_after_a_beginning_and_a_day_after_a_return(starter: Starter) -> None:
    delays = {entry: one.on_event.delay_minutes for entry, one in starter.surveys.items() if one.on_event}
    assert (delays["welcome"], delays["return"]) == (7 * 24 * 60, 24 * 60)


def test_once_a_quarter_those_are_asked_who_were_here_lately(starter: Starter) -> None:
    schedule = starter.surveys["quarterly"].on_schedule
    assert schedule
    assert schedule.audience.active_within_days
    rule = recurrence(schedule.rrule, date.fromisoformat(schedule.starts_on))
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(rule.is_on(day) for day in days) == 4


def test_whatever_a_survey_says_it_says_in_chinese_and_in_english(starter: Starter) -> None:
    said = [pair for survey in starter.surveys.values() for pair in words(survey.model_dump())]
    assert len(said) > 50
    assert all(CHINESE.search(zh) and en for zh, en in said)


def test_malls_ask_in_their_own_words() -> None:
    titles = [survey.title_zh for mall in SHIPPED for survey in read_starter(mall).surveys.values()]
    assert len(set(titles)) == len(titles)


def test_every_name_is_chinese_and_no_two_are_the_same(starter: Starter) -> None:
    for names in (
        [one.name_zh for one in starter.tenants.values()],
        [one.name_zh for one in starter.coupons.values()],
        [one.name_zh for one in starter.discounts.values()],
        [one.reward.name_zh for one in starter.rewards.values()],
        [one.title_zh for one in starter.surveys.values()],
    ):
        assert all(CHINESE.search(name) for name in names)
        assert len(set(names)) == len(names)


def test_names_in_english_tell_entries_apart_too(starter: Starter) -> None:
    for names in (
        [one.name_en for one in starter.coupons.values()],
        [one.name_en for one in starter.discounts.values()],
        [one.reward.name_en for one in starter.rewards.values()],
        [one.title_en for one in starter.surveys.values()],
    ):
        assert len(set(names)) == len(names)


def test_what_is_on_offer_is_so_for_years(starter: Starter) -> None:
    for coupon in starter.coupons.values():
        assert coupon.validity.starts is None or coupon.validity.starts.year <= FIRST_YEAR
        assert coupon.validity.until is None or coupon.validity.until.year >= LAST_YEAR
    for campaign in starter.discounts.values():
        assert campaign.starts.year <= FIRST_YEAR <= LAST_YEAR <= campaign.until.year


def test_malls_differ_in_their_figures() -> None:
    offs = {mall: sorted(one.terms.off_fen or 0 for one in read_starter(mall).coupons.values()) for mall in SHIPPED}
    assert len({tuple(off) for off in offs.values()}) == len(SHIPPED)


def test_the_demos_own_tenants_are_among_auroras() -> None:
    aurora = read_starter("aurora")
    assert {tenant.tenant_id for tenant in TENANTS} <= aurora.tenants.keys()


def test_aurora_takes_ten_percent_off_fashion_and_dining_in_the_birthday_month_and_nothing_off_demo_goods() -> None:
    aurora = read_starter("aurora")
    (found,) = [campaign for campaign in aurora.discounts.values() if campaign.birthday]
    assert (found.birthday, found.percent, found.tiers) == ("month", 10, ())
    assert {"dining", "womens_wear", "menswear"} <= set(found.scope.categories)
    demos = {category for tenant in TENANTS for category in aurora.tenants[tenant.tenant_id].categories}
    assert demos.isdisjoint(found.scope.categories)


def words(part: Any) -> Iterator[tuple[str, str]]:
    """Every text in Chinese, with its text in English."""
    if isinstance(part, dict):
        for name, text in part.items():
            if text and name.endswith("zh"):
                yield text, part[f"{name[:-2]}en"]
            yield from words(text)
    elif isinstance(part, (list, tuple)):
        for one in part:
            yield from words(one)


@pytest.fixture
def malls(tmp_path: Path) -> Path:
    shutil.copy(MALLS / "aurora.toml", tmp_path)
    shutil.copytree(MALLS / "aurora", tmp_path / "aurora")
    return tmp_path


Edit = Callable[[str, str, str], None]
SAMPLED, LAPSED = "sample_percent = 30", 'events = ["CouponExpired"]'
AT_ONCE = 'events = ["PointsRedeemed", "CouponRedeemed", "RewardHandedOver"]'


def when(field: str, value: str) -> str:
    return f'conditions = [{{ field = "{field}", op = "eq", value = "{value}" }}]'


@pytest.fixture
def edit(malls: Path) -> Edit:
    """Replace a text in a file of the copy; it must be there."""

    def replaced(name: str, old: str, new: str) -> None:
        path = malls / "aurora" / "starter" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return replaced


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("tenants.toml", 'dining = "1.5"', "dining = 1.5", "tenants.toml: old-street-noodles: ratios.dining"),
        ("coupons.toml", "off_fen = 5000, ", "", "coupons.toml: spend-500-save-50: terms: .*amount_off needs off_fen"),
        ("coupons.toml", '["cloud-leaf-tea"]', '["cloud-tea"]', "tea-buy-one-get-one: there is no tenant cloud-tea"),
        ("coupons.toml", '["menswear", ', '["mens_wear", ', "fathers-day: there is no category mens_wear"),
        ("coupons.toml", 'tier_after = "diamond"', 'tier_after = "onyx"', "there is no tier onyx"),
        ("discounts.toml", 'tiers = ["diamond"]', 'tiers = ["onyx"]', "diamond-days: there is no tier onyx"),
        ("rewards.toml", 'template_id = "voucher-30"', 'template_id = "v-30"', "there is no coupon v-30"),
        ("rewards.toml", "service-desk = 120, ", "", "folding-umbrella: stock must name each pick-up point"),
        ("rewards.toml", "service-desk = 120", 'service-desk = "many"', "stock must be a number of units"),
        ("rewards.toml", 'kind = "donation"', "kind donation", "rewards.toml: "),
        ("surveys.toml", "delay_minutes = 600", "delay_minutes = -1", "coupon-not-used: on_event.delay_minutes"),
        ("surveys.toml", 'BYMONTHDAY=15"', 'BYMONTHDAY=40"', "quarterly: #/on_schedule/rrule"),
        ("surveys.toml", SAMPLED, f"{SAMPLED}, {when('pick_up_point', 'roof')}", "conditions/0/field: no event"),
        ("surveys.toml", AT_ONCE, f"{AT_ONCE}, {when('tenant_id', 'tea')}", "redemption: there is no tenant tea"),
        ("surveys.toml", LAPSED, f"{LAPSED}, {when('tier', 'onyx')}", "coupon-not-used: there is no tier onyx"),
        ("surveys.toml", AT_ONCE, f"{AT_ONCE}, {when('pick_up_point', 'roof')}", "there is no pick-up point roof"),
        ("surveys.toml", LAPSED, f"{LAPSED}, {when('template_id', 'tea')}", "template_id is given out by the API"),
        ("rewards.toml", "[folding-umbrella]", "umbrella = 1\n[folding-umbrella]", "umbrella: not an entry"),
    ],
)
def test_a_mistake_is_told_with_its_file_its_entry_and_its_field(
    malls: Path, edit: Edit, name: str, old: str, new: str, told: str
) -> None:
    edit(name, old, new)
    with pytest.raises(StarterError, match=told):
        read_starter("aurora", malls)


def test_a_file_that_is_missing_is_named(malls: Path) -> None:
    (malls / "aurora" / "starter" / "rewards.toml").unlink()
    with pytest.raises(StarterError, match=r"rewards\.toml is not there"):
        read_starter("aurora", malls)
