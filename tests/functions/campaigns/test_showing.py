"""What a member sees of campaigns: announced and running ones that are open to them, in their language."""

from typing import Any

import pytest

from functions.campaigns import me
from loyalty import dynamo
from loyalty.dynamo import to_item
from loyalty.remembering import forget_everything
from loyalty.tiers import Rung
from loyalty.types import Day
from tests.functions.campaigns.desk import NOW, approved, enrol, everything, published, put_template, send, step
from tests.support import member_caller

pytestmark = pytest.mark.usefixtures("desk")
ANNA = "member-anna"
LIST = "1" * 24
GIFT = [{"kind": "add", "gift": {"points": 10}}]


@pytest.fixture(autouse=True)
def anna(desk: None) -> None:
    """A gold member who has bought before."""
    enrol(ANNA, rung=Rung("gold", Day("260101"), Day("271231")), first_on=Day("260301"))
    sign_in("anna", ANNA)


def sign_in(login: str, member_id: str) -> None:
    row = {"member_id": f"login/{login}", "kind": "lookup", "target": member_id}
    dynamo.client().put_item(TableName="members", Item=to_item(row))


def seen(login: str = "anna", language: str = "zh", **query: str) -> Any:
    forget_everything()
    answer = send("GET /me/campaigns", caller=member_caller(login), query=query, language=language)
    assert answer.status == 200, answer.body
    return answer.body


def ids(found: Any) -> set[str]:
    return {one["campaign_id"] for one in found["items"]}


def test_a_campaign_is_seen_from_its_publication_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_id = approved()
    monkeypatch.setattr(me, "utc_now", lambda: NOW.replace(year=2025))
    assert ids(seen()) == set()
    step(campaign_id, "publications")
    assert [one["phase"] for one in seen()["items"]] == ["warm_up"]
    monkeypatch.setattr(me, "utc_now", lambda: NOW)
    assert [one["phase"] for one in seen()["items"]] == ["running"]
    monkeypatch.setattr(me, "utc_now", lambda: NOW.replace(year=2029))
    assert ids(seen()) == set()
    monkeypatch.setattr(me, "utc_now", lambda: NOW)
    step(campaign_id, "pauses")
    assert ids(seen()) == set()


def test_a_member_sees_what_is_open_to_them() -> None:
    enrol("member-bert")
    sign_in("bert", "member-bert")
    put = to_item({"campaign_id": f"members/{LIST}", "kind": ANNA})
    dynamo.client().put_item(TableName="campaigns", Item=put)
    dynamo.client().put_item(
        TableName="campaigns", Item=to_item({"campaign_id": f"memberlist/{LIST}", "kind": "definition"})
    )
    conditions: dict[str, dict[str, Any]] = {
        "all": {},
        "gold": {"tiers": ["gold"]},
        "list": {"lists": [LIST]},
        "first": {"first_purchase": True},
        "files": {"channels": ["import"]},
    }
    found = {name: published(name, conditions=asked, effects=GIFT) for name, asked in conditions.items()}
    assert ids(seen()) == {found[name] for name in ("all", "gold", "list")}
    assert ids(seen("bert")) == {found[name] for name in ("all", "first")}


def test_lists_and_tiers_are_never_told() -> None:
    dynamo.client().put_item(
        TableName="campaigns", Item=to_item({"campaign_id": f"memberlist/{LIST}", "kind": "definition"})
    )
    dynamo.client().put_item(TableName="campaigns", Item=to_item({"campaign_id": f"members/{LIST}", "kind": ANNA}))
    published(conditions={"lists": [LIST], "tiers": ["gold"]}, budget={"unit": "points", "amount": 10_000})
    (one,) = seen()["items"]
    assert LIST not in str(one)
    assert "gold" not in str(one)
    assert not {"budget", "limits", "lists", "tiers"} & one.keys()


@pytest.mark.parametrize(
    ("effect", "zh", "en"),
    [
        ({"kind": "multiply", "factor": "1.5"}, "1.5 倍积分", "points x1.5"),
        (
            {"kind": "multiply", "factor": "0.1", "purse": "growth"},
            "每得 1 积分另得 0.1 成长值",
            "0.1 growth value for each point earned",
        ),
        ({"kind": "add", "gift": {"points": 3, "purse": "draws"}}, "3 抽奖机会", "3 draws"),
        (
            {"kind": "add", "gift": {"points": 5, "templates": ["c" * 24]}},
            "5 积分、满500减50",
            "5 points + 50 off 500",
        ),
        (
            {"kind": "steps", "over": "day", "steps": [{"at_least": 50_050, "gift": {"points": 50}}]},
            "当日累计满 500.50 元送 50 积分",
            "50 points from 500.50 yuan in a day",
        ),
        (
            {"kind": "every", "fen": 10_000, "gift": {"points": 7, "purse": "courtesy"}, "most": 3},
            "单笔每满 100 元送 7 礼遇积分，最多 3 次",
            "7 courtesy points for every 100 yuan, up to 3 times",
        ),
    ],
)
def test_what_it_gives_is_said_in_the_members_language(effect: dict[str, Any], zh: str, en: str) -> None:
    put_template()
    published(effects=[effect], description_zh="周年庆", description_en="Anniversary", limits={"awards": 9})
    (chinese,), (english,) = seen()["items"], seen(language="en")["items"]
    assert (chinese["gives"], chinese["name"], chinese["description"]) == ([zh], "全场双倍积分", "周年庆")
    assert (english["gives"], english["name"], english["description"]) == ([en], "Double points", "Anniversary")


def test_the_next_days_are_the_malls_own() -> None:
    windows = {"recurrence": "FREQ=MONTHLY;BYMONTHDAY=5", "daily": {"from": "18:00", "until": "02:00"}}
    published(conditions={"windows": windows})
    (one,) = seen()["items"]
    assert one["days"] == ["2027-01-05", "2027-02-05"]
    assert one["hours"] == {"from": "18:00", "until": "02:00"}
    assert (one["from"], one["until"]) == ("2026-12-01T00:00:00+08:00", "2028-01-01T00:00:00+08:00")


def test_days_end_with_the_campaign_and_begin_with_it() -> None:
    window = {"from": "2027-09-13T00:00:00+08:00", "until": "2027-09-15T00:00:00+08:00"}
    around = {"festival": "mid_autumn", "days_before": 5, "days_after": 5}
    published(conditions={"windows": {"festivals": [around]}}, **window)
    (one,) = seen()["items"]
    assert one["days"] == ["2027-09-13", "2027-09-14"]


def test_every_day_is_no_list_of_days() -> None:
    published(conditions={"scope": {"tenants": [], "categories": ["dining"]}, "at_least": 10_000})
    (one,) = seen()["items"]
    assert (one["days"], one["hours"], one["categories"], one["at_least_fen"]) == (None, None, ["dining"], 10_000)


def test_campaigns_have_pages() -> None:
    live = {published(f"k{n}") for n in range(5)}
    found, cursor = list[str](), ""
    while True:
        page = seen(limit="2", **({"cursor": cursor} if cursor else {}))
        found += [one["campaign_id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert (len(found), set(found)) == (5, live)


def test_who_is_no_member_sees_nothing() -> None:
    published()
    before = everything()
    assert send("GET /me/campaigns", caller=member_caller("stranger")).code == "not_enrolled"
    assert everything() == before
