"""Operations of coupons and rewards, each with what must have happened before it can be asked for."""

from dataclasses import dataclass

from bench.baskets import FIVE_LINES, purchase
from bench.mall import issue
from functions.earn.receipt import Return
from loyalty.types import MemberId, TenantId
from tests.proof.offers import AtTill, Cancel, Claim, HandOver, Take, publish_reward, publish_template, wish_for
from tests.proof.requests import Buy, GiveBack
from tests.proof.scenes import NOW, POINTS, Scene, people, with_points

OFF = {"kind": "amount_off", "off_fen": 10_00}
PARKING = {"kind": "parking", "benefit_zh": "停车 2 小时", "units": 2}
GROSS = sum(line.amount for line in FIVE_LINES)


@dataclass(frozen=True)
class Shopper:
    """A member with points and two coupons at a tenant."""

    tenant: TenantId
    member: MemberId
    codes: tuple[str, str]


def _shopper(name: str) -> Shopper:
    tenant, member = with_points(name)
    codes = [
        issue(member, f"{one}-{name}", 10_00, threshold_fen=100_00, group=one, at=NOW) for one in ("first", "second")
    ]
    return Shopper(tenant, member, (codes[0], codes[1]))


def buying_with_two_coupons_and_the_last_points(name: str) -> Buy:
    one = _shopper(name)
    return Buy(
        purchase(one.tenant, one.member, "A-2", NOW, lines=FIVE_LINES, points=POINTS, coupons=one.codes, off=20_00)
    )


def buying_what_a_till_holds_for_it(name: str) -> Buy:
    buying = buying_with_two_coupons_and_the_last_points(name)
    asked = buying.purchase
    AtTill("lock", asked.coupons[0], asked.member_id, asked.tenant_id).ask(NOW)
    return Buy(purchase(asked.tenant_id, asked.member_id, "A-9", NOW, coupons=asked.coupons[:1], off=10_00))


def returning_everything_that_coupons_paid(name: str) -> GiveBack:
    buying = buying_with_two_coupons_and_the_last_points(name)
    buying.ask(NOW)
    return GiveBack(buying.purchase.tenant_id, "A-2", Return("R-1", amount=GROSS))


def returning_below_the_threshold(name: str) -> GiveBack:
    buying = buying_with_two_coupons_and_the_last_points(name)
    buying.ask(NOW)
    return GiveBack(buying.purchase.tenant_id, "A-2", Return("R-1", amount=GROSS - 50_00))


def locking(name: str) -> AtTill:
    one = _shopper(name)
    return AtTill("lock", one.codes[0], one.member, one.tenant)


def rolling_back(name: str) -> AtTill:
    held = locking(name)
    held.ask(NOW)
    return AtTill("roll_back", held.code, held.member_id, held.tenant_id)


def claiming_the_last_one(name: str) -> Claim:
    _, member = people(name)
    return Claim(publish_template(f"t-{name}", OFF, quantity=1), member)


def redeeming_without_a_purchase(name: str) -> AtTill:
    tenant, member = people(name)
    claimed = Claim(publish_template(f"t-{name}", PARKING), member).ask(NOW)
    return AtTill("redeem", claimed.code, member, tenant)


def taking_the_last_gift(name: str) -> Take:
    _, member = with_points(name)
    return Take(wish_for(name, member, publish_reward(f"r-{name}", quantity=1)))


def taking_a_voucher(name: str) -> Take:
    _, member = with_points(name)
    template = publish_template(f"t-{name}", OFF)
    return Take(wish_for(name, member, publish_reward(f"r-{name}", kind="voucher", template_id=template), point=None))


def cancelling_a_gift(name: str) -> Cancel:
    taken = taking_the_last_gift(name)
    taken.ask(NOW)
    return Cancel(taken.wish)


def handing_a_gift_over(name: str) -> HandOver:
    taken = taking_the_last_gift(name)
    taken.ask(NOW)
    return HandOver(taken.wish)


SCENES: tuple[Scene, ...] = (
    buying_with_two_coupons_and_the_last_points,
    buying_what_a_till_holds_for_it,
    returning_everything_that_coupons_paid,
    returning_below_the_threshold,
    locking,
    rolling_back,
    claiming_the_last_one,
    redeeming_without_a_purchase,
    taking_the_last_gift,
    taking_a_voucher,
    cancelling_a_gift,
    handing_a_gift_over,
)
