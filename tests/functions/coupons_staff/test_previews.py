"""A preview shows what the checkout's own pricing says, drafts included, and writes nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from loyalty.coupons.terms import Terms
from loyalty.pricing.basket import Basket, Line, Offered
from loyalty.pricing.price import price
from loyalty.programme import Programme
from loyalty.remembering import forget_everything
from loyalty.types import Fen
from tests.conftest import put_programme
from tests.functions.coupons_staff.office import (
    APPROVER,
    AUDITOR,
    CAMPAIGN,
    DEFINITION,
    draft,
    everything,
    send,
)
from tests.support import PROGRAMME, HttpAnswer

pytestmark = pytest.mark.usefixtures("office")
SUIT = {"sku": "SUIT-1", "category": "menswear", "quantity": 1, "amount": 59_900}
SOCKS = {"sku": "SOCK-1", "category": "menswear", "brand": "warm", "quantity": 3, "amount": 4_500}
CIGARS = {"sku": "CIGAR-1", "category": "tobacco", "quantity": 1, "amount": 30_000}


def preview(template_id: str, *lines: dict[str, Any], **more: Any) -> HttpAnswer:
    body = {"tenant_id": "menswear-house", "lines": list(lines), **more}
    return send(f"POST /coupon-templates/{template_id}/previews", body, AUDITOR)


def test_a_preview_is_what_the_pricing_says() -> None:
    template_id = draft()
    shown = preview(template_id, SUIT, SOCKS, CIGARS, points=500).body
    terms = Terms.model_validate(DEFINITION["terms"])
    priced = price(
        Basket(
            tenant_id="menswear-house",
            lines=(
                Line("SUIT-1", "menswear", 1, Fen(59_900)),
                Line("SOCK-1", "menswear", 3, Fen(4_500), "warm"),
                Line("CIGAR-1", "tobacco", 1, Fen(30_000)),
            ),
            coupons=(Offered(f"{template_id}.0", template_id, terms),),
            points_value=500,
            excluded=PROGRAMME.excluded,
        )
    )
    assert shown["payable"] == priced.payable == 94_400 - 5_000 - 500
    assert shown["nets"] == list(priced.nets)
    assert shown["points_fen"] == sum(priced.points) == 500
    (own,) = shown["reductions"]
    assert (own["template_id"], own["off_fen"], own["parts"]) == (template_id, 5_000, list(priced.reductions[0].parts))
    assert own["parts"][2] == 0
    assert sum(own["parts"]) == 5_000


def test_what_is_missing_is_said_in_the_readers_language() -> None:
    shown = preview(draft(), SOCKS).body
    assert shown["payable"] == 4_500
    (refused,) = shown["refused"]
    assert refused["code"] == "coupon_threshold"
    assert refused["missing"] == {"missing_fen": 45_500}
    assert "45500" in refused["detail"]


def test_coupons_of_other_templates_stand_beside_it() -> None:
    first = draft("a", terms={"kind": "amount_off", "off_fen": 1_000, "stacking": {"combines": "all"}})
    second = draft("b", terms={"kind": "percent_off", "percent": 10, "stacking": {"combines": "all"}})
    alone = draft("c", terms={"kind": "amount_off", "off_fen": 900, "stacking": {"combines": "none"}})
    shown = preview(first, SUIT, coupons=[second, alone, first]).body
    assert [reduction["template_id"] for reduction in shown["reductions"]] == [second, first]
    assert sorted(refusal["template_id"] for refusal in shown["refused"]) == sorted([alone, first])
    assert shown["payable"] == 59_900 - 5_990 - 1_000


def test_the_tiers_discount_and_running_campaigns_take_part() -> None:
    ladder = PROGRAMME.published()
    ladder["tiers"]["ladder"][-1]["discount_percent"] = 10
    put_programme(Programme.model_validate(ladder))
    template_id = draft(terms={"kind": "gift", "benefit_zh": "丝巾"})
    assert preview(template_id, SUIT, tier="gold").body["payable"] == 53_910
    assert preview(template_id, SUIT).body["payable"] == 59_900
    publish_campaign(percent=20, tiers=["gold"])
    shown = preview(template_id, SUIT, tier="gold").body
    assert shown["payable"] == 47_920
    assert [(found["kind"], found["off_fen"]) for found in shown["reductions"]] == [("discount", 11_980), ("gift", 0)]
    assert preview(template_id, SUIT, tier="silver").body["payable"] == 59_900


def test_a_birthday_is_assumed_as_the_tier_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.coupons.staff.utc_now", lambda: datetime(2027, 2, 27, 16, tzinfo=UTC))
    template_id = draft(terms={"kind": "gift", "benefit_zh": "丝巾"})
    publish_campaign(percent=20, birthday="day")
    payable = {
        born: preview(template_id, SUIT, birthday=born).body["payable"] for born in ("02-27", "02-28", "02-29", None)
    }
    assert payable == {"02-27": 59_900, "02-28": 47_920, "02-29": 47_920, None: 59_900}


def publish_campaign(**changes: Any) -> str:
    campaign_id = send("POST /discount-campaigns", CAMPAIGN | changes, key="c").body["campaign_id"]
    assert send(f"POST /discount-campaigns/{campaign_id}/approvals", caller=APPROVER).status == 201
    assert send(f"POST /discount-campaigns/{campaign_id}/publications").status == 201
    forget_everything()
    return str(campaign_id)


def test_a_preview_writes_nothing() -> None:
    template_id = draft()
    before = everything()
    preview(template_id, SUIT)
    assert everything() == before


@pytest.mark.parametrize(
    "body",
    [
        {"tenant_id": "x", "lines": []},
        {"tenant_id": "../x", "lines": [SUIT]},
        {"tenant_id": "x", "lines": [SUIT | {"amount": -1}]},
        {"tenant_id": "x", "lines": [SUIT | {"amount": 1.5}]},
        {"tenant_id": "x", "lines": [SUIT], "coupons": ["../template"]},
        {"tenant_id": "x", "lines": [SUIT], "points": -1},
        {"tenant_id": "x", "lines": [SUIT], "birthday": "1990-05-17"},
        {"tenant_id": "x", "lines": [SUIT], "birthday": "13-01"},
        {"tenant_id": "x", "lines": [SUIT] * 301},
    ],
)
def test_a_basket_that_cannot_be_is_refused(body: object) -> None:
    assert send(f"POST /coupon-templates/{draft()}/previews", body, AUDITOR).status == 400


def test_a_preview_beside_a_template_that_is_not_there_is_not_found() -> None:
    assert preview(draft(), SUIT, coupons=["0" * 24]).status == 404
