"""What an operation may cost, counted; `make bench` prints the same and measures time besides."""

import pytest

from bench import sizes, sweep
from bench.campaign_costs import CampaignCounter
from bench.costs import Cost, Counter
from bench.coupon_costs import CouponCounter
from bench.survey_costs import SurveyCounter
from bench.targets import CAMPAIGN_LIMITS, COUPON_LIMITS, LIMITS, PURCHASE_LIMIT, SURVEY_LIMITS, exceeded, grown
from tests.proof.scale import SCALE

HISTORIES = (10, 400 if SCALE == 1 else 10_000)
SHARD_QUERIES = 64

pytestmark = pytest.mark.usefixtures("mall")


def test_no_operation_with_coupons_costs_more_than_it_may() -> None:
    assert exceeded(CouponCounter("coupons").run(), COUPON_LIMITS) == []


def test_no_operation_with_campaigns_costs_more_than_it_may() -> None:
    assert exceeded(CampaignCounter("campaigns").run(), CAMPAIGN_LIMITS) == []


def test_no_operation_with_surveys_costs_more_than_it_may_however_many_have_answered() -> None:
    assert exceeded(SurveyCounter("surveys").run(), SURVEY_LIMITS) == []


@pytest.fixture(scope="module")
def bills(mall: None) -> tuple[dict[str, Cost], dict[str, Cost]]:
    """Every operation's bill for a member with a short and one with a long history."""
    short, long = HISTORIES
    return Counter("short", short).run(), Counter("long", long).run()


def test_no_operation_costs_more_calls_or_capacity_than_it_may(bills: tuple[dict[str, Cost], dict[str, Cost]]) -> None:
    short, _ = bills
    assert exceeded(short) == []


def test_a_long_history_costs_nothing_more(bills: tuple[dict[str, Cost], dict[str, Cost]]) -> None:
    assert grown(*bills) == []


def test_a_limit_that_is_too_low_is_reported(bills: tuple[dict[str, Cost], dict[str, Cost]]) -> None:
    """The check can fail: under the limit of a purchase whose due date stays, those that move it are named."""
    short, _ = bills
    strict = dict.fromkeys(LIMITS, PURCHASE_LIMIT)
    assert any("due date moves" in sentence for sentence in exceeded(short, strict))


def test_the_largest_account_fits_one_kilobyte() -> None:
    assert sizes.account_bytes(sizes.largest_account()) <= sizes.TARGET


def test_a_five_line_purchase_fits_one_kilobyte(bills: tuple[dict[str, Cost], dict[str, Cost]]) -> None:
    assert sizes.five_line_entry_bytes() <= sizes.TARGET


def test_the_sweep_grows_with_members_due_and_not_with_others() -> None:
    due = sweep.by_members_due((10, 20, 40))
    low, high = sweep.DUE_EXPONENT
    assert low <= due.without(SHARD_QUERIES).exponent <= high
    assert sweep.by_members_not_due((20, 200), due=5).exponent <= sweep.NOT_DUE_EXPONENT
