"""The open routes."""

import json
from typing import Any

import pytest

from functions.program import api
from functions.tenants import registry
from loyalty.clock import utc_now
from loyalty.programme import Programme
from loyalty.types import TenantId
from tests.conftest import put_programme
from tests.support import PROGRAMME, HttpAnswer, call, http_event

EN = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}


def read(path: str = "/program", **headers: str) -> HttpAnswer:
    return call(api.handler, http_event(f"GET {path}", headers=headers))


def register(tenant_id: str, **terms: Any) -> None:
    row = {"tenant_id": tenant_id, "name_zh": "茶馆", "name_en": "Tea House", "categories": [], "ratios": {}}
    registry.register({**row, "receipt_scope": "forever", **terms}, utc_now())


def test_the_rules_are_published_in_chinese_with_their_figures(cloud: Any) -> None:
    answer = read()

    assert answer.status == 200
    assert answer.headers["content-language"] == "zh"
    assert answer.body["earning"]["points_per_yuan"] == "1"
    assert answer.body["earning"]["text"] == "每消费 1 元积 1 分，立即可用。"
    assert [tier["name"] for tier in answer.body["tiers"]["ladder"]] == ["普卡", "银卡", "金卡"]
    assert answer.body["tiers"]["ladder"][2]["spend_fen"] == 1_000_000
    assert answer.body["tiers"]["ladder"][2]["multiplier"] == "1.2"
    assert {"code": "tobacco", "name": "烟草"} in answer.body["exclusions"]
    assert answer.body["enrolment"]["minimum_age"] == 18
    assert answer.body["redemption"]["currency"] == "CNY"


def test_the_rules_are_english_for_who_prefers_it(cloud: Any) -> None:
    answer = read(**EN)

    assert answer.headers["content-language"] == "en"
    assert answer.headers["vary"] == "Accept-Language"
    assert answer.body["redemption"]["text"] == "100 points are worth 1 yuan; redeem multiples of 1, 1 or more."
    assert [tier["name"] for tier in answer.body["tiers"]["ladder"]] == ["Regular", "Silver", "Gold"]
    assert {"code": "tobacco", "name": "Tobacco"} in answer.body["exclusions"]


def test_another_programme_reads_differently(cloud: Any) -> None:
    put_programme(
        Programme.model_validate(
            {
                **PROGRAMME.published(),
                "points_per_yuan": "0.5",
                "expiry": {"kind": "calendar_year"},
                "pending": {"days": 7},
                "redemption": {"points": 100, "fen": 950, "min_points": 500},
                "exclusions": {"categories": ["fireworks"]},
                "enrolment": {"approval": "manual", "minimum_age": 16},
            }
        )
    )

    rules = read(**EN).body

    assert rules["earning"]["text"] == "Points per yuan spent: 0.5, usable after 7 days."
    assert rules["expiry"]["months"] is None
    assert "31 December" in rules["expiry"]["text"]
    assert "100 points are worth 9.50 yuan" in rules["redemption"]["text"]
    assert rules["redemption"]["min_points"] == 500
    assert rules["redemption"]["step"] == 2
    assert rules["exclusions"] == [{"code": "fireworks", "name": "fireworks"}]
    assert "may apply" in rules["enrolment"]["text"]


def test_benefits_are_published_in_the_readers_language(cloud: Any) -> None:
    only = {"code": "member", "name_zh": "会员", "name_en": "Member", "spend_yuan": 0}
    rung = {**only, "benefits_zh": ["免费停车"], "benefits_en": ["Free parking"]}
    put_programme(Programme.model_validate({"tiers": {"ladder": [rung]}}))

    assert read().body["tiers"]["ladder"][0]["benefits"] == ["免费停车"]
    assert read(**EN).body["tiers"]["ladder"][0]["benefits"] == ["Free parking"]


def test_what_a_tier_takes_off_every_basket_is_published(cloud: Any) -> None:
    only = {"code": "member", "name_zh": "会员", "name_en": "Member", "spend_yuan": 0}
    diamond = {**only, "code": "diamond", "spend_yuan": 50_000, "discount_percent": 15}
    put_programme(Programme.model_validate({"tiers": {"ladder": [only, diamond]}}))

    assert [tier["discount_percent"] for tier in read().body["tiers"]["ladder"]] == [0, 15]


def test_ratios_of_tenants_that_differ_are_published(cloud: Any) -> None:
    register("plain")
    register("tea-house", points_per_yuan="2", ratios={"tea": "3"})
    register("gone", points_per_yuan="5")
    registry.change(TenantId("gone"), {"status": "closed"})

    assert read(**EN).body["earning"]["tenants"] == [
        {"tenant_id": "tea-house", "name": "Tea House", "points_per_yuan": "2", "ratios": {"tea": "3"}}
    ]


@pytest.mark.parametrize("path", ["/program", "/openapi.json"])
def test_who_has_the_answer_already_is_told_so(cloud: Any, path: str) -> None:
    first = read(path)
    again = read(path, **{"If-None-Match": first.headers["etag"]})
    other = read(path, **{"If-None-Match": '"something else"'})

    assert (again.status, again.body) == (304, None)
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "public, max-age=60"
    assert (other.status, other.body) == (200, first.body)


def test_the_tag_tells_the_languages_apart(cloud: Any) -> None:
    assert read().headers["etag"] != read(**EN).headers["etag"]


def test_the_document_served_is_the_one_committed(environment: None) -> None:
    answer = read("/openapi.json")

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.body == json.loads(api.DOCUMENT.read_text())


def test_health_asks_nobody(environment: None) -> None:
    assert (read("/health").status, read("/health").body) == (200, {"status": "ok"})


def test_a_mall_without_a_programme_is_our_mistake_and_says_nothing(cloud: Any) -> None:
    cloud.delete_item(TableName="program", Key={"name": {"S": "program"}, "version": {"N": "1"}})

    answer = read()

    assert (answer.status, answer.code) == (500, "internal_error")
    assert "Programme" not in str(answer.body)


LOUNGE = {"code": "lounge", "name_zh": "贵宾厅", "name_en": "Lounge", "quota": 2, "per": "quarter"}
TASTING = {
    "code": "tasting",
    "name_zh": "品鉴",
    "name_en": "Tasting",
    "tiers": ["frequent"],
    "quarter_spend_yuan": 5,
    "entitlements": [LOUNGE],
}


def test_what_tiers_bring_with_a_number_is_published(cloud: Any) -> None:
    base = {"code": "member", "name_zh": "会员", "name_en": "Member"}
    frequent = {
        **base,
        "code": "frequent",
        "activity": {"months": 3, "purchases": 2},
        "points_earned": 500,
        "match": "any",
        "welcome": {"points": 200},
        "entitlements": [LOUNGE],
    }
    put_programme(Programme.model_validate({"tiers": {"ladder": [base, frequent], "unlocks": [TASTING]}}))

    shown = {"code": "lounge", "name": "Lounge", "quota": 2, "per": "quarter"}
    tiers = read(**EN).body["tiers"]
    assert {name: tiers["ladder"][1][name] for name in ("activity", "points_earned", "match", "welcome")} == {
        "activity": {"months": 3, "purchases": 2, "each_month": True},
        "points_earned": 500,
        "match": "any",
        "welcome": {"points": 200, "purse": "points"},
    }
    assert tiers["ladder"][1]["entitlements"] == [shown]
    assert tiers["unlocks"] == [
        {
            "code": "tasting",
            "name": "Tasting",
            "tiers": ["frequent"],
            "quarter_spend_fen": 500,
            "balance_points": None,
            "entitlements": [shown],
        }
    ]
    assert read().body["tiers"]["unlocks"][0]["name"] == "品鉴"


def test_growth_transfers_and_lateness_are_published(cloud: Any) -> None:
    assert read(**EN).body["transfers"]["text"] == "Points cannot be given to other members."
    more = {"growth": {"points_per_yuan": "1.5"}, "lateness": {"most_days": 30}, "notice_days": 14}
    transfers = {"enabled": True, "fee_points": 2, "fee_percent": 1}
    put_programme(Programme.model_validate({**PROGRAMME.published(), **more, "transfers": transfers}))

    rules = read(**EN).body

    assert (rules["growth"], rules["lateness"], rules["notice_days"]) == (
        {"points_per_yuan": "1.5"},
        {"most_days": 30},
        14,
    )
    assert rules["transfers"]["minimum"] == 100
    assert rules["transfers"]["text"] == (
        "Members may give points to each other: 100 or more at a time, 10000 a day, 100000 a year at most."
        " It costs 2 points and 1% of what is given."
    )
