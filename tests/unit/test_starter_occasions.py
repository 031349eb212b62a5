"""The offers by occasion every shipped mall starts with: each occasion once, coupons alone, all within a budget."""

import shutil
from pathlib import Path

import pytest

from functions.lifecycle.definition import SWEPT, OccasionOffer, OfferOccasion
from local.starter import MALLS, Starter, StarterError, read_starter
from loyalty.coupons.template import Template
from loyalty.coupons.terms import Kind
from loyalty.festivals import Festival

SHIPPED = sorted(path.stem for path in MALLS.glob("*.toml"))
MOST_FEN = 10_000_000_00
"""Ten million yuan off, were all of an offer's coupons used."""


@pytest.fixture(scope="module", params=SHIPPED)
def starter(request: pytest.FixtureRequest) -> Starter:
    return read_starter(str(request.param))


def of(starter: Starter, occasion: OfferOccasion) -> list[OccasionOffer]:
    return [offer for offer in starter.occasions.values() if offer.occasion is occasion]


def given(starter: Starter, offer: OccasionOffer) -> list[Template]:
    return [starter.coupons[name] for name in offer.templates]


def test_every_occasion_of_the_requirements_has_an_offer(starter: Starter) -> None:
    asked = [(one.occasion, one.festival, one.segment_id) for one in starter.occasions.values()]
    assert sorted(asked, key=str) == sorted(
        [
            (OfferOccasion.WELCOME, None, None),
            (OfferOccasion.BIRTHDAY, None, None),
            (OfferOccasion.FAMILY_BIRTHDAY, None, None),
            (OfferOccasion.ANNIVERSARY, None, None),
            (OfferOccasion.FESTIVAL, Festival.SPRING_FESTIVAL, "stage_active"),
            (OfferOccasion.FESTIVAL, Festival.MID_AUTUMN, "stage_active"),
            (OfferOccasion.SEGMENT, None, "stage_dormant"),
            (OfferOccasion.SEGMENT, None, "stage_lost"),
        ],
        key=str,
    )


def test_nothing_welcomes_beside_the_welcome_offer(starter: Starter) -> None:
    assert len(of(starter, OfferOccasion.WELCOME)) == 1
    by_themselves = [one for one in starter.coupons.values() if one.issued_on and one.issued_on.event != "TierChanged"]
    assert by_themselves == []


def test_who_found_the_pack_before_it_was_an_offer_finds_it_no_second_time(starter: Starter) -> None:
    (welcome,) = of(starter, OfferOccasion.WELCOME)
    assert {one.per_member for one in given(starter, welcome)} == {1}


def test_no_offer_moves_points_and_each_has_a_budget(starter: Starter) -> None:
    for offer in starter.occasions.values():
        assert offer.points == 0
        assert offer.quantity
        most = sum(one.terms.off_fen or 0 for one in given(starter, offer)) * offer.quantity
        assert most <= MOST_FEN


def test_what_comes_again_has_coupons_for_many_years_and_none_that_runs_out_before(starter: Starter) -> None:
    for offer in starter.occasions.values():
        if offer.occasion is not OfferOccasion.WELCOME:
            assert all(one.per_member >= 20 * offer.most for one in given(starter, offer))
        assert {one.quantity for one in given(starter, offer)} == {None}
        assert not any(one.claimable or one.tiers or one.word for one in given(starter, offer))


def test_what_is_prepared_ahead_is_still_good_a_week_after_the_day(starter: Starter) -> None:
    for offer in starter.occasions.values():
        if offer.occasion in SWEPT:
            assert min(one.validity.days_after_issue or 0 for one in given(starter, offer)) >= offer.ahead + 7


def test_the_dormant_get_a_threshold_coupon_and_a_sample_and_the_lost_more_off(starter: Starter) -> None:
    dormant, lost = of(starter, OfferOccasion.SEGMENT)
    coupon, sample = given(starter, dormant)
    assert (coupon.terms.kind, sample.terms.kind) == (Kind.AMOUNT_OFF, Kind.SAMPLE)
    assert coupon.terms.threshold_fen
    (back,) = given(starter, lost)
    assert (back.terms.off_fen or 0) > (coupon.terms.off_fen or 0)


def test_a_birthday_gift_goes_by_interest_and_is_greeted_on_the_day(starter: Starter) -> None:
    (birthday,) = of(starter, OfferOccasion.BIRTHDAY)
    assert (birthday.ahead, birthday.greeting, len(birthday.by_interest)) == (30, True, 1)
    (family,) = of(starter, OfferOccasion.FAMILY_BIRTHDAY)
    assert family.who.relations == ("child",)


def test_malls_name_their_offers_in_their_own_words() -> None:
    offers = [offer for name in SHIPPED for offer in read_starter(name).occasions.values()]
    for names in ([one.name_zh for one in offers], [one.name_en for one in offers]):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("wake-up-sample", "wake-up-simple", "dormant: there is no coupon wake-up-simple"),
        ("birthday-make-up", "birthday-make", "birthday: there is no coupon birthday-make"),
        ("stage_lost", "stage_last", "lost: there is no shipped segment stage_last"),
        ("bought_in_months = 12", 'tiers = ["onyx"]', "birthday: there is no tier onyx"),
        ('festival = "mid_autumn"', 'festival = "mid_winter"', "mid-autumn: festival"),
    ],
)
def test_a_mistake_is_told_with_its_entry(tmp_path: Path, old: str, new: str, told: str) -> None:
    shutil.copy(MALLS / "aurora.toml", tmp_path)
    shutil.copytree(MALLS / "aurora", tmp_path / "aurora")
    path = tmp_path / "aurora" / "starter" / "occasions.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(StarterError, match=told):
        read_starter("aurora", tmp_path)
