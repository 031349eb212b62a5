"""Discounts that run are published with all they ask for, so that nobody pays a price nobody can look up (K2, B1)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.program import api
from loyalty import discounts, dynamo
from loyalty.catalogue import Offer, OfferState
from loyalty.remembering import forget_everything
from tests.support import call, http_event

pytestmark = pytest.mark.usefixtures("cloud")
NOW = datetime(2027, 5, 1, tzinfo=UTC)
CAMPAIGN: dict[str, Any] = {
    "name_zh": "生日月餐饮九折",
    "name_en": "Birthday month: 10% off dining",
    "percent": 10,
    "tiers": ["gold"],
    "birthday": "month",
    "scope": {"categories": ["dining"], "tenants": ["noodle-bar"]},
    "from": "2026-01-01T00:00:00+08:00",
    "until": "2036-01-01T00:00:00+08:00",
}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.program.api.utc_now", lambda: NOW)


def put(offer_id: str, *, state: OfferState = OfferState.PUBLISHED, **changes: Any) -> None:
    offer = Offer(offer_id, {**CAMPAIGN, **changes}, "mei", state)
    dynamo.client().transact_write_items(TransactItems=list(discounts.catalogue().put_if_absent(offer)))
    forget_everything()


def shown(language: str = "en") -> Any:
    return call(api.handler, http_event("GET /program", headers={"Accept-Language": language})).body["discounts"]


def test_a_discount_is_published_with_all_it_asks_for() -> None:
    assert shown() == []
    put("d" * 24)
    assert shown() == [
        {
            "campaign_id": "d" * 24,
            "name": "Birthday month: 10% off dining",
            "percent": 10,
            "tiers": ["gold"],
            "birthday": "month",
            "tenants": ["noodle-bar"],
            "categories": ["dining"],
            "brands": [],
            "skus": [],
            "from": "2026-01-01T00:00:00+08:00",
            "until": "2036-01-01T00:00:00+08:00",
            "text": "10% off in the birthday month.",
        }
    ]
    assert (shown("zh")[0]["name"], shown("zh")[0]["text"]) == ("生日月餐饮九折", "会员生日当月减免 10%。")


@pytest.mark.parametrize(
    ("birthday", "text"),
    [
        ("month", "10% off in the birthday month."),
        ("day", "10% off on the birthday; one of 29 February is on the 28th in other years."),
        (None, "10% off."),
    ],
)
def test_words_say_when_it_is_for_birthdays(birthday: str | None, text: str) -> None:
    put("d" * 24, birthday=birthday)
    assert [(one["birthday"], one["text"]) for one in shown()] == [(birthday, text)]


def test_only_what_runs_is_published() -> None:
    for number, state in enumerate(set(OfferState) - {OfferState.PUBLISHED}):
        put(f"{number}" * 24, state=state)
    put("e" * 24, until="2027-05-01T08:00:00+08:00")
    later: dict[str, Any] = {"from": "2027-05-01T08:00:01+08:00"}
    put("f" * 24, **later)
    assert shown() == []
    one_second: dict[str, Any] = {"from": "2027-05-01T08:00:00+08:00", "until": "2027-05-01T08:00:01+08:00"}
    put("d" * 24, **one_second)
    assert [one["campaign_id"] for one in shown()] == ["d" * 24]
