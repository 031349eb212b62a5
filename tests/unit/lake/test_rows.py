"""What the lake keeps of each event, and what it keeps of none."""

import json
from typing import Any

import pytest

from events.generate import samples
from functions.lake.member_rows import barred
from functions.lake.rows import MAKERS, WITHHELD, rows_of
from loyalty.events.catalogue import CATALOGUE
from loyalty.lake.tables import BY_NAME, Type

ZONE = "Asia/Shanghai"
SAMPLES: dict[str, dict[str, Any]] = {name: sample["detail"] for name, sample in samples().items()}
MEMBER = "3f9a51c07be24d8815aa"
KINDS = {Type.TEXT: str, Type.WHOLE: int, Type.DAY: str}


def made(sample: str, table: str) -> list[dict[str, Any]]:
    """The rows of a table that a sample of the catalogue gives."""
    return [dict(row.values) for row in rows_of(SAMPLES[f"{sample}.json"], ZONE) if row.table == table]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_event_is_one_row_of_events_and_fits_its_tables(name: str) -> None:
    rows = rows_of(SAMPLES[name], ZONE)
    assert [row.table for row in rows].count("events") == 1
    for row in rows:
        types = {column.name: KINDS[column.type] for column in BY_NAME[row.table].columns}
        assert all(type(value) is types[column] for column, value in row.values.items()), row


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_an_event_that_comes_again_gives_the_same_lines(name: str) -> None:
    again = json.loads(json.dumps(SAMPLES[name], sort_keys=True))
    lines = [[json.dumps(row) for row in rows_of(event, ZONE)] for event in (SAMPLES[name], again)]
    assert lines[0] == lines[1]


def test_every_type_with_rows_of_its_own_is_published_and_has_a_sample_that_gives_one() -> None:
    assert set(MAKERS) <= {model.__name__ for model in CATALOGUE}
    with_rows = {name.split(".")[0] for name, event in SAMPLES.items() if len(rows_of(event, ZONE)) > 1}
    assert set(MAKERS) <= with_rows


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_links_staff_free_text_and_tastes_are_in_no_event_of_the_lake(name: str) -> None:
    (event,) = [row for row in rows_of(SAMPLES[name], ZONE) if row.table == "events"]
    told = json.dumps(event.values, ensure_ascii=False)
    assert not [word for word in WITHHELD if f'"{word}\\"' in told or f'\\"{word}\\"' in told]
    secret = SAMPLES[name]["data"].get("link_token")
    assert secret is None or secret not in json.dumps(rows_of(SAMPLES[name], ZONE))


def test_staff_are_in_no_row_of_any_table() -> None:
    logins = {event["data"]["actor"] for event in SAMPLES.values() if event["data"].get("actor")} - {"member"}
    assert logins
    everything = json.dumps([rows_of(event, ZONE) for event in SAMPLES.values()], ensure_ascii=False)
    assert not [login for login in logins if login in everything]


def test_a_purchase_is_a_receipt_its_lines_and_its_reasons() -> None:
    (receipt,) = made("PointsEarned.purchase", "receipts")
    event = SAMPLES["PointsEarned.purchase.json"]
    told = event["data"]["receipt"]
    assert receipt == {
        "event_id": event["id"],
        "entry_id": event["data"]["entry_id"],
        "member_id": MEMBER,
        "tenant_id": told["tenant_id"],
        "receipt_no": told["receipt_no"],
        "biz_date": "2026-11-21",
        "biz_hour": 18,
        "is_first": int(told.get("first", False)),
        "gross": told["gross"],
        "paid": told["paid"],
        "points": event["data"]["points"],
        "pieces": 2,
        **{name: told[name] for name in ("channel", "tier") if name in told},
    }
    lines = made("PointsEarned.purchase", "lines")
    assert [line["line_no"] for line in lines] == [1, 2]
    assert [(line["sku"], line["amount"], line["net"], line["is_payable"]) for line in lines] == [
        ("SHOE-42", 59900, 58900, 1),
        ("GIFT-CARD-100", 10000, 10000, 0),
    ]
    reasons = made("PointsEarned.purchase", "points")
    assert sum(one["points"] for one in reasons if one["purse"] == "points") == receipt["points"]
    assert [one["reason_no"] for one in reasons] == list(range(1, len(reasons) + 1))


def test_a_credit_without_a_receipt_is_no_purchase() -> None:
    assert made("PointsEarned.opening_balance", "receipts") == []
    assert made("PointsEarned.opening_balance", "points") != []


def test_a_return_names_the_receipt_and_what_came_back() -> None:
    (returned,) = made("PointsRefunded.refund_into_debt", "returns")
    data = SAMPLES["PointsRefunded.refund_into_debt.json"]["data"]
    assert returned["taken_back"] == data["taken_back"]
    assert (returned["tenant_id"], returned["receipt_no"]) == tuple(data["receipt"].values())


def test_chances_in_a_lottery_are_points_of_a_purse_of_their_own() -> None:
    assert {row["purse"] for row in made("DrawsMoved.purchase_with_campaigns", "points")} == {"draws"}


def test_the_day_is_the_malls_own() -> None:
    late = SAMPLES["CouponSeen.looked_at.json"] | {"time": "2026-11-21T16:30:00.000Z"}
    (coupon,) = [row.values for row in rows_of(late, ZONE) if row.table == "coupons"]
    assert (coupon["biz_date"], coupon["biz_hour"]) == ("2026-11-22", 0)


def test_a_coupon_tells_what_happened_to_it() -> None:
    (row,) = made("CouponRedeemed.with_a_receipt", "coupons")
    data = SAMPLES["CouponRedeemed.with_a_receipt.json"]["data"]
    assert (row["what"], row["off"], row["tenant_id"]) == ("redeemed", data["off"], data["tenant_id"])
    (seen,) = made("CouponSeen.looked_at", "coupons")
    assert (seen["what"], "off" in seen, seen["unit_cost"]) == ("seen", False, 0)


def test_an_answer_is_a_row_a_scale() -> None:
    rows = made("SurveyAnswered.answered_in_the_app", "surveys")
    scores = SAMPLES["SurveyAnswered.answered_in_the_app.json"]["data"]["scores"]
    assert [(row["score_no"], row["dimension"], row["score"]) for row in rows] == [
        (number, one["dimension"], one["score"]) for number, one in enumerate(scores, start=1)
    ]
    assert {row["what"] for row in rows} == {"answered"}


def test_an_anonymous_answer_without_scales_is_one_row_of_nobody() -> None:
    event = SAMPLES["SurveyAnswered.answered_in_the_app.json"]
    bare = {**event, "data": {**event["data"], "anonymous": True, "scores": []}}
    (row,) = [row.values for row in rows_of(bare, ZONE) if row.table == "surveys"]
    assert (row["score_no"], "member_id" in row, "score" in row) == (0, False, False)


def test_what_a_campaign_gave_is_counted_once_over_its_purses() -> None:
    event = SAMPLES["CampaignAwarded.purchase_with_campaigns.json"]
    purses = [{"purse": "points", "points": 60}, {"purse": "growth", "points": 6}]
    both = {**event, "data": {**event["data"], "points": purses, "coupons": [{}, {}], "units": 1, "paid": 500}}
    rows = [row.values for row in rows_of(both, ZONE) if row.table == "campaigns"]
    assert [(row["purse"], row["points"]) for row in rows] == [("points", 60), ("growth", 6)]
    assert [sum(row[name] for row in rows) for name in ("coupons", "units", "paid")] == [2, 1, 500]


def test_a_campaign_that_gave_coupons_only_is_one_row_without_a_purse() -> None:
    event = SAMPLES["CampaignAwarded.purchase_with_campaigns.json"]
    rows = rows_of({**event, "data": {**event["data"], "points": [], "coupons": [{}]}}, ZONE)
    (row,) = [row.values for row in rows if row.table == "campaigns"]
    assert ("purse" in row, row["points"], row["coupons"]) == (False, 0, 1)


def test_what_was_kept_from_the_control_group_is_one_row_of_nothing() -> None:
    (row,) = made("CampaignWithheld.purchase_of_the_control_group", "campaigns")
    assert (row["what"], row["points"], row["units"], row["tier"]) == ("withheld", 0, 0, "silver")


def test_who_agrees_to_profiling_is_known_with_their_tastes() -> None:
    (row,) = made("MemberProfiled.agrees_to_profiling", "members")
    assert (row["profiling"], row["birth_year"], row["interests"]) == ("granted", 1990, "|fashion|茶|")
    (refused,) = made("MemberProfiled.no_longer", "members")
    assert (refused["profiling"], refused["seq"]) == ("refused", 2)


def test_facts_that_come_with_a_refusal_are_dropped_all_the_same() -> None:
    event = SAMPLES["MemberProfiled.agrees_to_profiling.json"]
    sloppy = {**event, "data": {**event["data"], "profiling": "refused"}}
    (row,) = [row.values for row in rows_of(sloppy, ZONE) if row.table == "members"]
    assert not {"birth_year", "interests", "categories", "brands"} & set(row)


def test_an_action_lies_on_its_own_day() -> None:
    event = SAMPLES["CouponSeen.looked_at.json"] | {
        "type": "MemberBrowsed",
        "data": {
            "channel": "app",
            "actions": [
                {"what": "seen", "kind": "reward", "ref": "tea-set", "at": "2026-11-20T16:00:00.000Z"},
                {"what": "clicked", "kind": "reward", "ref": "tea-set", "at": "2026-11-21T02:00:00.000Z"},
            ],
        },
    }
    rows = [row.values for row in rows_of(event, ZONE) if row.table == "activity"]
    assert [(row["action_no"], row["what"], row["biz_date"], row["biz_hour"]) for row in rows] == [
        (1, "seen", "2026-11-21", 0),
        (2, "clicked", "2026-11-21", 10),
    ]


def test_a_type_nobody_knows_yet_is_kept_whole() -> None:
    event = SAMPLES["CouponSeen.looked_at.json"] | {"type": "CouponPainted", "data": {"colour": "green"}}
    (row,) = rows_of(event, ZONE)
    assert (row.table, row.values["type"], row.values["data"]) == ("events", "CouponPainted", '{"colour":"green"}')


@pytest.mark.parametrize("broken", [{}, {"type": "PointsEarned"}, SAMPLES["CouponSeen.looked_at.json"] | {"data": 7}])
def test_what_is_no_event_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        rows_of(broken, ZONE)


def test_words_stand_between_bars_sorted_and_once() -> None:
    assert barred(["tea", "a|b", "tea"]) == "|a/b|tea|"
    assert barred([]) is None
