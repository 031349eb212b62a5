"""One coupon and fifty tills, in bad weather: one of them has it, the others are told why."""

from collections import Counter
from itertools import count

import pytest

from bench.baskets import purchase
from bench.mall import enrol, issue, register_tenant
from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.coupons.coupon import Coupon, CouponState
from loyalty.entries import Entry
from loyalty.types import MemberId, TenantId
from tests.proof.books import audit
from tests.proof.offers import AtTill
from tests.proof.requests import Buy, Request
from tests.proof.scale import SCALE, SEED
from tests.proof.tills import Notebook, Refused, serve
from tests.proof.weather import Weather
from tests.proof.workload import Workload
from tests.wallets import stored

TILLS = 50
COUPONS = SCALE
_numbers = count()

pytestmark = pytest.mark.usefixtures("mall")


def _people() -> tuple[TenantId, MemberId]:
    number = next(_numbers)
    return register_tenant(f"shop-fifty{number}"), enrol(f"01KFIFTY{number}")


def _rush(requests: list[Request]) -> Notebook:
    """Let fifty tills ask at once, a request each."""
    weather = Weather(SEED)
    with weather.over(dynamo.client()):
        return serve(requests, weather, threads=TILLS)


@pytest.mark.parametrize("_round", range(COUPONS))
def test_pitfall_4_fifty_checkouts_of_one_coupon_redeem_it_once(_round: int) -> None:
    tenant, member = _people()
    code = issue(member, "one", 10_00)
    now = utc_now().replace(microsecond=0)
    wishes = [purchase(tenant, member, f"A-{till}", now, coupons=(code,), off=10_00) for till in range(TILLS)]
    work = Workload([member], tenant, [Buy(wish) for wish in wishes])
    notebook = _rush(work.requests)

    winners = {request.key for request, told in notebook.told if isinstance(told, Entry)}
    refused = Counter(told.code for _, told in notebook.told if isinstance(told, Refused))
    assert len(winners) == 1, f"PROOF_SEED={SEED}"
    assert set(refused) == {"coupon_used"}
    assert refused.total() >= TILLS - 1
    assert audit(work, notebook) == [], f"PROOF_SEED={SEED}"


@pytest.mark.parametrize("_round", range(COUPONS))
def test_fifty_locks_of_one_coupon_hold_it_for_one_receipt(_round: int) -> None:
    tenant, member = _people()
    code = issue(member, "one", 10_00)
    notebook = _rush([AtTill("lock", code, member, tenant, f"A-{till}") for till in range(TILLS)])

    winners = {told.hold for _, told in notebook.told if isinstance(told, Coupon)}
    refused = Counter(told.code for _, told in notebook.told if isinstance(told, Refused))
    assert winners == {stored(code).hold}, f"PROOF_SEED={SEED}"
    assert set(refused) == {"coupon_held"}
    assert refused.total() >= TILLS - 1


def test_locks_checkouts_and_rollbacks_of_one_coupon_end_in_one_redemption() -> None:
    tenant, member = _people()
    code = issue(member, "one", 10_00)
    now = utc_now().replace(microsecond=0)
    requests: list[Request] = []
    for till in range(TILLS):
        number = f"A-{till}"
        what = AtTill(("lock", "roll_back")[till % 2], code, member, tenant, f"A-{till - till % 3}")
        requests.append(Buy(purchase(tenant, member, number, now, coupons=(code,), off=10_00)) if till % 3 else what)
    work = Workload([member], tenant, requests)
    notebook = _rush(requests)

    assert audit(work, notebook) == [], f"PROOF_SEED={SEED}"
    winners = {request.key for request, told in notebook.entries()}
    assert len(winners) == (stored(code).state is CouponState.REDEEMED)
