"""What members bought after an offer: exact whatever arrives twice, in any order, and whatever comes back later."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from functions.lake.rows import rows_of
from functions.lifecycle import reports, revenue, shelf
from functions.lifecycle.definition import OccasionOffer
from loyalty import offers
from loyalty.clock import zone
from loyalty.imports import files
from loyalty.lake import athena
from tests.functions.lifecycle.office import ANNA, BEN, WELCOME, Mall, events
from tests.functions.segments import athena as edge
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import Lake
from tests.lake.engine import Engine
from tests.lake.mall import OCCASION
from tests.lake.mall import mall as made_mall
from tests.support import HttpAnswer, call, http_event, member_caller, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
DAY = date(2026, 11, 21)
MONTH = timedelta(days=revenue.DAYS)
NONE = {"members": 0, "bought": 0, "receipts": 0, "paid_fen": 0}


@pytest.fixture
def lake(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    """The lake of the mall, asked 60 days later."""
    monkeypatch.setenv("LAKE_BUCKET", edge.BUCKET)
    monkeypatch.setenv("LAKE_DATABASE", "lake")
    monkeypatch.setenv("LAKE_WORKGROUP", "lake")
    monkeypatch.setattr(athena, "FIRST_PAUSE_SECONDS", 0)
    monkeypatch.setattr(reports, "utc_now", lambda: mall.now + 2 * MONTH)
    place = {"LocationConstraint": "ap-southeast-1"}
    files.client().create_bucket(Bucket=edge.BUCKET, CreateBucketConfiguration=place)
    made = Lake(Engine())
    with edge.answering(Athena(made.engine)):
        yield made


@pytest.fixture
def offer_id(mall: Mall, lake: Lake) -> str:
    """A welcome that Anna and Ben had on the same day, as the lake heard of it."""
    found = mall.publish(WELCOME)
    mall.hear(mall.event(), mall.event(who=BEN))
    for event in events():
        for row in rows_of(event, "Asia/Shanghai"):
            if row.table == "gifts":
                lake.engine.put("gifts", [row.values, row.values])
    return found


def ask(offer_id: str, what: str = "revenue", caller: Any = None) -> HttpAnswer:
    event = http_event(f"GET /occasion-offers/{offer_id}/{what}", caller=caller or staff_caller("auditor"))
    return call(reports.handler, event)


def after(offer_id: str) -> Any:
    answer = ask(offer_id)
    assert answer.status == 200, answer.body
    return answer.body["after"]


def bought(lake: Lake, member: str, fen: int, day: date, receipt_no: str = "R-1", hour: int = 12) -> None:
    told = {"tenant_id": "shoes", "receipt_no": receipt_no, "biz_hour": hour}
    lake.add("receipts", member_id=member, paid=fen, biz_date=day, **told)


def brought_back(lake: Lake, member: str, fen: int, day: date, receipt_no: str = "R-1") -> None:
    told = {"tenant_id": "shoes", "receipt_no": receipt_no, "biz_hour": 12}
    lake.add("returns", member_id=member, money_back=fen, biz_date=day, **told)


def test_receipts_of_the_days_after_count_and_no_others(lake: Lake, offer_id: str) -> None:
    for number, day in enumerate((DAY - timedelta(days=1), DAY, DAY + MONTH - timedelta(days=1), DAY + MONTH)):
        bought(lake, ANNA, 10**number, day, f"R-{number}")
    bought(lake, "member-else", 5000, DAY)
    assert after(offer_id) == {"members": 2, "bought": 1, "receipts": 2, "paid_fen": 110}


def test_what_was_bought_on_the_day_of_the_gift_before_it_is_not_after_it(lake: Lake, offer_id: str) -> None:
    bought(lake, ANNA, 100, DAY, "R-1", hour=11)
    bought(lake, ANNA, 10, DAY, "R-2", hour=12)
    brought_back(lake, ANNA, 1, DAY + timedelta(days=1), "R-2")
    assert after(offer_id) == {"members": 2, "bought": 1, "receipts": 1, "paid_fen": 9}


def test_what_comes_back_is_taken_off_whenever_it_comes(lake: Lake, offer_id: str) -> None:
    bought(lake, ANNA, 5000, DAY - timedelta(days=3), "R-0")
    bought(lake, ANNA, 8000, DAY + timedelta(days=20))
    brought_back(lake, ANNA, 5000, DAY + timedelta(days=2), "R-0")
    brought_back(lake, ANNA, 3000, DAY + MONTH + timedelta(days=9))
    assert after(offer_id) == {"members": 2, "bought": 1, "receipts": 1, "paid_fen": 5000}


def test_a_receipt_number_that_comes_again_is_another_receipt(lake: Lake, offer_id: str) -> None:
    bought(lake, ANNA, 8000, DAY)
    brought_back(lake, ANNA, 8000, DAY)
    bought(lake, ANNA, 100, DAY + timedelta(days=5))
    brought_back(lake, ANNA, 30, DAY + timedelta(days=6))
    assert after(offer_id) == {"members": 2, "bought": 1, "receipts": 2, "paid_fen": 70}


def test_what_the_coupons_brought_stands_beside_it(lake: Lake, offer_id: str) -> None:
    told = ask(offer_id).body
    assert told["with_coupons"] == {"receipts": 0, "off_fen": 0, "paid_fen": 0}
    assert (told["days"], told["offer_id"]) == (30, offer_id)
    assert ask(offer_id, "report").status == 200


def recount(rows: dict[str, list[dict[str, Any]]], offer_id: str, last: date) -> dict[str, int]:
    """Count it the long way, receipt by receipt."""
    mine = [row for row in rows["gifts"] if row["offer_id"] == offer_id and row["biz_date"] <= last]
    gifts = {(row["member_id"], row["biz_date"], row["biz_hour"]) for row in mine}
    found: dict[str, tuple[str, int]] = {}
    for row in rows["receipts"]:
        own = [gift[1:] for gift in gifts if gift[0] == row["member_id"]]
        days = [(row["biz_date"] - day).days for day, hour in own if (row["biz_date"], row["biz_hour"]) >= (day, hour)]
        if row["biz_date"] <= last and any(one < revenue.DAYS for one in days):
            found[row["receipt_no"]] = (row["member_id"], row["paid"])
    back = [row for row in rows["returns"] if row["receipt_no"] in found and row["biz_date"] <= last]
    paid = sum(fen for _, fen in found.values()) - sum(row["money_back"] for row in back)
    return {
        "members": len({member for member, *_ in gifts}),
        "bought": len({member for member, _ in found.values()}),
        "receipts": len(found),
        "paid": paid,
    }


def test_it_is_exactly_what_a_recount_finds(mall: Mall, lake: Lake) -> None:
    made = made_mall(seed=4, receipts=900, today=DAY)
    made.put(lake.engine)
    rows = {table: list({repr(row): row for row in own}.values()) for table, own in made.rows.items()}
    now = datetime(2026, 11, 21, 12, tzinfo=zone("Asia/Shanghai"))
    told = revenue.after(OCCASION, now - timedelta(days=2000), now, "Asia/Shanghai")
    assert told._asdict() == recount(rows, OCCASION, DAY)
    assert told.bought > 20


def test_arriving_again_in_another_order_changes_nothing(mall: Mall, lake: Lake) -> None:
    made = made_mall(seed=5, receipts=300, today=DAY)
    made.put(lake.engine)
    now = datetime(2026, 11, 21, 12, tzinfo=zone("Asia/Shanghai"))
    once = revenue.after(OCCASION, now - timedelta(days=2000), now, "Asia/Shanghai")
    for table in ("gifts", "receipts", "returns"):
        lake.engine.put(table, random.Random(1).sample(made.rows[table], len(made.rows[table])), "2026-12-24")
    later = now + timedelta(minutes=10)
    assert revenue.after(OCCASION, now - timedelta(days=2000), later, "Asia/Shanghai") == once


def test_before_it_is_published_nothing_follows_and_nobody_asks_the_lake(
    mall: Mall, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAKE_WORKGROUP")
    drafted = offers.create(shelf.catalogue(), OccasionOffer.model_validate(WELCOME), "mei", "key-1", mall.now)
    assert after(drafted.answer.offer_id) == NONE


def test_only_staff_read_it_and_of_offers_that_exist(lake: Lake, offer_id: str) -> None:
    assert ask(offer_id, caller=member_caller("anna")).code == "forbidden"
    assert ask("0" * 24).status == 404
