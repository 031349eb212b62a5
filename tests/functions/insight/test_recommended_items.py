"""Dearer items first for members who spend much, in a ranking that knows no price; and what looks change (G4, M11)."""

from datetime import timedelta
from typing import Any

import pytest

from functions.insight.nights import documents
from functions.insight.recommending.nightly import NAME
from functions.insight.recommending.ranking import Bought, Known, Looked, personal, popular
from loyalty import dynamo, looks
from loyalty.clock import day_of, month_of
from loyalty.types import MemberId
from tests.functions.insight.nights import TODAY, receipt, refreshed
from tests.functions.insight.stories import NOW
from tests.functions.insight.test_activity import LOGIN, agree, hear, profiled, put, send
from tests.functions.insight.test_recommendations import KNOWN, ask, bought, reads
from tests.functions.segments.office import Lake
from tests.functions.till import ANNA, member

PRICES = {"clog": 100, "loafer": 200, "pump": 300, "boot": 400, "brogue": 500, "slipper": 50}
BUYERS = {"clog": 9, "loafer": 8, "pump": 7, "boot": 6, "brogue": 5, "slipper": 4}
MUCH = 26 * 100_00


@pytest.fixture
def anna(nights: Any) -> None:
    """A member who agrees to profiling, in a mall that will have its night."""
    member(ANNA)
    put("members", {"member_id": f"login/{LOGIN}", "kind": "lookup", "target": ANNA})
    agree(granted=True)


def spends(fen: int) -> None:
    """Anna's account says what she spent this month."""
    key = {"member_id": ANNA}
    row = dynamo.get("accounts", key)
    assert row is not None
    put("accounts", {**row, "spend": {month_of(day_of(TODAY)): fen}})


def piece(lake: Lake, member: str, sku: str, fen: int, pieces: int = 1, category: str = "shoes") -> None:
    """Somebody bought so many pieces of an item at that price."""
    told = {"member_id": member, "tenant_id": "t", "receipt_no": "1", "channel": "till", "biz_hour": 12}
    goods = {"sku": sku, "category": category, "quantity": pieces, "amount": fen * pieces}
    lake.add("lines", line_no=1, **told, **goods, biz_date=TODAY, net=fen * pieces, is_payable=1)


@pytest.fixture
def shoes(lake: Lake, anna: None) -> None:
    """Shoes of six prices, the cheaper the more popular; 26 members who spent 100 to 2,600 yuan on tea."""
    for sku, buyers in BUYERS.items():
        for number in range(buyers):
            piece(lake, f"member-{number}", sku, PRICES[sku], pieces=1 + 9 * (number % 2))
    # One buyer paid a fortune for a clog: what half of the buyers paid decides.
    piece(lake, "member-0", "clog", 900_00)
    for number in range(1, 27):
        piece(lake, f"guest-{number}", "leaf", number * 100_00, category="tea")
    refreshed()


def items(category: str = "shoes") -> tuple[list[str], str]:
    (found,) = (one for one in ask().body["items"] if one["category"] == category)
    return found["items"], found["items_by"]


@pytest.mark.usefixtures("shoes")
def test_members_who_spend_much_see_the_dearer_items_first() -> None:
    spends(MUCH)
    assert items() == (["brogue", "clog", "loafer"], "high_spend")


@pytest.mark.usefixtures("shoes")
def test_all_others_see_the_most_popular_ones() -> None:
    spends(100_00)
    assert items() == (["clog", "loafer", "pump"], "popular")


@pytest.mark.usefixtures("shoes")
def test_without_agreement_who_spends_much_sees_what_everybody_sees() -> None:
    spends(MUCH)
    agree(granted=False)
    assert items() == (["clog", "loafer", "pump"], "popular")


@pytest.mark.usefixtures("shoes")
def test_much_is_what_the_fifth_that_spends_most_spends_at_least() -> None:
    kept = documents.read(NAME)
    assert kept is not None
    # 26 bought tea and nine bought shoes for less: seven of 35 are a fifth, and spent 2,000 yuan at least.
    assert kept.body["high_spend"] == 20 * 100_00
    spends(20 * 100_00)
    assert items()[1] == "high_spend"
    spends(20 * 100_00 - 1)
    assert items()[1] == "popular"


@pytest.mark.usefixtures("shoes")
def test_neither_an_answer_nor_what_it_rests_on_holds_a_price() -> None:
    spends(MUCH)
    kept = documents.read(NAME)
    assert kept is not None
    assert set(kept.body) == {"popular", "followers", "items", "dearer", "high_spend"}
    assert kept.body["dearer"] == {"shoes": ["brogue"]}
    assert {key for item in ask().body["items"] for key in item} == {
        "category", "score", "because", "why", "items", "items_by",
    }  # fmt: skip


def test_where_few_members_spend_nobody_spends_much(lake: Lake, anna: None) -> None:
    for number in range(24):
        piece(lake, f"guest-{number}", "leaf", 100_00 + number, category="tea")
    refreshed()
    kept = documents.read(NAME)
    assert kept is not None
    assert kept.body["high_spend"] is None


def test_items_of_one_price_are_none_of_them_dear(lake: Lake, anna: None) -> None:
    for sku in ("a", "b", "c"):
        for number in range(5):
            piece(lake, f"member-{number}", sku, 100)
    refreshed()
    kept = documents.read(NAME)
    assert kept is not None
    assert kept.body["dearer"] == {}


def test_a_document_of_a_night_that_knew_no_prices_still_answers(anna: None) -> None:
    text = '{"popular":[["shoes",9]],"followers":{},"items":{"shoes":["boot"]}}'
    row = {"text": text, "as_of": TODAY.isoformat(), "made_at": "2026-11-21T04:00:00.000Z", "refresh_id": "r"}
    put("insight", {"insight_id": f"document/{NAME}", "kind": "newest", **row})
    assert items() == (["boot"], "popular")


def look(ref: str, *, kind: str = "category", what: str = "seen", days: int = 0, minutes: int = 1) -> None:
    """Anna's app tells what she looked at."""
    at = NOW - timedelta(days=days, minutes=minutes)
    assert send({"what": what, "kind": kind, "ref": ref, "at": at.isoformat()}).body["kept"] == 1


@pytest.fixture
def night(lake: Lake, anna: None) -> None:
    """Eight members bought shoes and socks, six dining."""
    for number in range(8):
        receipt(lake, number, {"boots": "shoes"}, TODAY, f"member-{number}")
        receipt(lake, 100 + number, {"socks": "hosiery"}, TODAY, f"member-{number}")
    for number in range(6):
        receipt(lake, 200 + number, {"cake": "dining"}, TODAY, f"guest-{number}")
    refreshed()


@pytest.mark.usefixtures("night")
def test_what_a_member_looks_at_is_recommended_to_them() -> None:
    look("dining")
    told = ask().body
    assert told["basis"] == "own_purchases_and_looks"
    (found,) = told["items"]
    assert (found["category"], found["because"], found["why"], found["items"]) == (
        "dining", "dining", "looked_at", ["cake"],
    )  # fmt: skip


@pytest.mark.usefixtures("night")
def test_purchases_and_looks_count_together() -> None:
    bought("shoes", 30)
    look("cake", kind="item", what="clicked")
    assert [(one["category"], one["why"]) for one in ask().body["items"]] == [
        ("hosiery", "bought"),
        ("dining", "looked_at"),
    ]


@pytest.mark.usefixtures("night")
def test_pages_coupons_and_words_the_night_does_not_know_say_nothing() -> None:
    look("spaceships")
    look("rocket", kind="item")
    look("dining", kind="page", minutes=2)
    assert ask().body["basis"] == "popular"


@pytest.mark.usefixtures("night")
def test_without_agreement_no_look_is_read() -> None:
    look("dining")
    agree(granted=False)
    with reads() as calls:
        assert ask().body["basis"] == "popular_without_profiling"
    assert "Query" not in calls


@pytest.mark.usefixtures("night")
def test_the_newest_looks_are_read_however_many_there_are() -> None:
    for number in range(25):
        look("hosiery", minutes=100 + number)
    look("dining", minutes=1)
    for number in range(25):
        look("hosiery", minutes=200 + number)
    newest = looks.newest(MemberId(ANNA), 20)
    assert [action["ref"] for row in newest for action in row["actions"]] == ["dining"] + ["hosiery"] * 19
    assert {one["category"] for one in ask().body["items"]} == {"dining", "hosiery"}


@pytest.mark.usefixtures("night")
def test_looks_of_a_member_who_withdraws_are_gone() -> None:
    look("dining")
    assert hear(profiled("refused")) == []
    assert ask().body["basis"] == "popular"


def shares(*signals: Bought | Looked, known: Known = KNOWN) -> dict[str, float]:
    own = [one for one in signals if isinstance(one, Bought)]
    seen = [one for one in signals if isinstance(one, Looked)]
    return {one.category: one.score for one in personal(own, seen, known)}


def test_a_click_speaks_louder_than_a_look() -> None:
    found = shares(Looked("bags", 0, clicked=True), Looked("tea", 0, clicked=False))
    assert found == {"bags": 0.6667, "tea": 0.3333}


def test_a_look_fades_within_weeks() -> None:
    found = shares(Looked("bags", 7, clicked=True), Looked("tea", 0, clicked=True))
    assert found == {"bags": 0.3333, "tea": 0.6667}


def test_a_thousand_looks_weigh_no_more_than_a_purchase_of_today() -> None:
    found = shares(Bought("shoes", 60), *(Looked("tea", 0, clicked=True) for _ in range(1000)))
    assert found == {"tea": 0.6667, "hosiery": 0.2667, "bags": 0.1333}


def test_what_was_bought_this_week_is_not_proposed_for_a_look() -> None:
    assert "bags" not in shares(Bought("bags", 3), Looked("bags", 0, clicked=True), Looked("tea", 0, clicked=True))


def test_the_dearer_items_are_followed_by_popular_ones_and_none_comes_twice() -> None:
    (found,) = (one for one in personal([Bought("shoes", 30)], [], KNOWN, much=True) if one.category == "bags")
    assert found.items == ("trunk", "purse", "tote")


def test_much_changes_no_rank_and_no_score() -> None:
    told = [Bought("shoes", 30), Bought("dining", 10)], [Looked("bags", 1, clicked=False)]
    much, little = personal(*told, KNOWN, much=True), personal(*told, KNOWN)
    assert [one[:4] for one in much] == [one[:4] for one in little]
    assert much != little
    assert [one.category for one in popular(KNOWN, much=True)] == [one.category for one in popular(KNOWN)]
