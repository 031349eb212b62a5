"""Offers by occasion on the deployed mall, IAM enforced: from joining or a day to the coupon, and what is told.

Each is given once, however often its job runs or its event comes, and told once, whatever it holds.
"""

import json
from calendar import isleap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.inbox import notices_swept, texts
from tests.e2e.mall import Mall, new_key, wait_until

TERMS = {"kind": "amount_off", "off_fen": 10_00}
PATIENCE_SECONDS = 90
GIFT, COUPON = "端到端收到", "端到端单张"
TOLD = {"purpose": "service", "channels": ["sms"]}
NOTICES = (
    {"occasion": "OccasionGiven", "sms": {"zh": f"{GIFT}{{name}}，{{coupons}}张"}, **TOLD},
    {"occasion": "CouponSent", "sms": {"zh": f"{COUPON}，{{until}}前"}, **TOLD},
)


def today() -> date:
    """The mall's day."""
    return (datetime.now(UTC) + timedelta(hours=8)).date()


def ahead(days: int) -> date:
    """A day so far ahead that every year has."""
    day = today() + timedelta(days=days)
    return day + timedelta(days=1) if (day.month, day.day) == (2, 29) else day


def in_a_year(day: date) -> date:
    """The same day of the next year; the leap day's is the 28th."""
    is_gone = (day.month, day.day) == (2, 29) and not isleap(day.year + 1)
    return date(day.year + 1, 2, 28) if is_gone else day.replace(year=day.year + 1)


@pytest.fixture(scope="module", autouse=True)
def notices(mall: Mall) -> Iterator[None]:
    """Somebody tells of gifts, and of coupons that are no gift's."""
    made = [mall.publish("/notice-templates", words) for words in NOTICES]
    yield
    for template_id in made:
        mall.api.expect(201, "marketer", "POST", f"/notice-templates/{template_id}/endings", {})


@pytest.fixture(scope="module")
def coupon(mall: Mall) -> str:
    return mall.template(TERMS, claimable=False)


@pytest.fixture
def welcome(mall: Mall, coupon: str) -> Iterator[str]:
    others = [mall.template(TERMS, claimable=False) for _ in range(2)]
    wish = {"occasion": "welcome", "coupons": [coupon, *others], "points": 20, "quantity": 500}
    with offered(mall, "入会", **wish) as offer_id:
        yield offer_id


@contextmanager
def offered(mall: Mall, name: str, **definition: Any) -> Iterator[str]:
    """Have an offer of a name that members read published; yields its id."""
    names = {"name_zh": name, "name_en": f"E2E {mall.run}"}
    offer_id = mall.publish("/occasion-offers", {**names, **definition})
    try:
        yield offer_id
    finally:
        mall.api.expect(201, "marketer", "POST", f"/occasion-offers/{offer_id}/endings", {})


def swept(mall: Mall, as_of: date) -> Mapping[str, Any]:
    """Let the daily sweep run as of a day."""
    answer = mall.aws("lambda").invoke(
        FunctionName=mall.stack.function("lifecycle-daily"), Payload=json.dumps({"as_of": as_of.isoformat()})
    )
    found: Mapping[str, Any] = json.loads(answer["Payload"].read())
    assert "people" in found, found
    return found


def total(mall: Mall, offer_id: str) -> Mapping[str, Any]:
    """What the offer's report says in all."""
    found: Mapping[str, Any] = mall.api.expect(200, "auditor", "GET", f"/occasion-offers/{offer_id}/report")["total"]
    return found


def told(mall: Mall, who: str, about: str) -> list[str]:
    """What a member reads of it; all that is due is sent first."""
    notices_swept(mall)
    return texts(mall, who.removeprefix("member:"), about)


def given_once(mall: Mall, who: str, member_id: str, template_id: str, name: str) -> None:
    """Wait for the coupon and the message; there is one of each."""
    (held,) = wait_until(lambda: mall.held_by(member_id, template_id), "the gift", PATIENCE_SECONDS)
    assert held["template_id"] == template_id
    told_once(mall, who, name, coupons=1)


def told_once(mall: Mall, who: str, name: str, coupons: int) -> None:
    """Wait for the message; there is one for the gift, and none for each of its coupons."""
    (message,) = wait_until(lambda: told(mall, who, f"{GIFT}{name}，"), "the message", PATIENCE_SECONDS)
    assert message == f"【极光广场】{GIFT}{name}，{coupons}张"
    assert told(mall, who, COUPON) == []


def test_who_joins_finds_the_welcome_pack_in_the_wallet(mall: Mall, welcome: str, coupon: str) -> None:
    who, member_id = mall.member()
    wait_until(lambda: mall.held_by(member_id, coupon), "the welcome pack", PATIENCE_SECONDS)
    assert mall.points(who)["balance"] == 20
    wait_until(lambda: total(mall, welcome)["given"] >= 1, "the gift to be counted", PATIENCE_SECONDS)
    standing = mall.api.expect(200, "marketer", "GET", f"/occasion-offers/{welcome}")
    assert standing["left"] == 500 - total(mall, welcome)["given"]
    told_once(mall, who, "入会", coupons=3)


def test_a_birthday_gift_is_given_once_and_its_use_is_reported(mall: Mall) -> None:
    gift = mall.template(TERMS, claimable=False)
    day = ahead(20)
    who, member_id = mall.member(birthday=f"1990-{day:%m-%d}")
    wish = {"occasion": "birthday", "coupons": [gift], "greeting": True, "days_ahead": 30}
    with offered(mall, "生日", **wish) as offer_id:
        for _ in range(2):
            swept(mall, today())
        given_once(mall, who, member_id, gift, "生日")
        till = mall.tenant("cake")
        (own,) = mall.coupons(who, gift)
        session = mall.session(who, till)
        bought = mall.buy(till, 100_00, member_session=session, coupons=[own["code"]], paid=90_00)
        assert bought.status == 201, bought.body
        wait_until(lambda: total(mall, offer_id)["receipts"] == 1, "the receipt to be counted", PATIENCE_SECONDS)
        found = wait_until(lambda: (one := total(mall, offer_id))["used"] and one, "the use", PATIENCE_SECONDS)
    assert (found["used"], found["off_fen"], found["paid_fen"]) == (1, 1000, 9000)
    assert mall.held_by(member_id, gift) == []


def test_a_childs_birthday_brings_the_member_one_gift_and_one_message(mall: Mall) -> None:
    gift = mall.template(TERMS, claimable=False, per_member=3)
    who, member_id = mall.member()
    born = ahead(10).replace(year=today().year - 6)
    terms = mall.api.expect(200, who, "GET", "/me/family")["guardian_terms"]["version"]
    child = {"relation": "child", "birthday": born.isoformat(), "guardian_terms_version": terms}
    mall.api.expect(201, who, "POST", "/me/family", child, key=new_key())
    parent = {"relation": "parent", "birthday": born.replace(year=1960).isoformat()}
    mall.api.expect(201, who, "POST", "/me/family", parent, key=new_key())
    with offered(mall, "家人", occasion="family_birthday", coupons=[gift], days_ahead=30) as offer_id:
        for _ in range(2):
            swept(mall, today())
        given_once(mall, who, member_id, gift, "家人")
        wait_until(lambda: total(mall, offer_id)["given"] >= 1, "the gift to be counted", PATIENCE_SECONDS)


def test_an_anniversary_is_given_a_year_later_and_not_on_the_first_day(mall: Mall) -> None:
    gift = mall.template(TERMS, claimable=False)
    who, member_id = mall.member()
    with offered(mall, "周年", occasion="anniversary", coupons=[gift], quantity=5_000):
        wait_until(lambda: joined(mall, member_id), "the day of joining to be noted", PATIENCE_SECONDS)
        swept(mall, today())
        for _ in range(2):
            swept(mall, in_a_year(today()))
        given_once(mall, who, member_id, gift, "周年")


def joined(mall: Mall, member_id: str) -> bool:
    """Tell whether the sweep can find who joined."""
    key = {"occasion_id": {"S": f"joined/{member_id}"}, "kind": {"S": "joined"}}
    row = mall.aws("dynamodb").get_item(TableName=mall.stack.resources["offers_table_name"], Key=key)
    return "Item" in row


def segment(mall: Mall, stage: str) -> str:
    """Have a segment made; returns its id."""
    wish = {"name_zh": "端到端", "condition": {"about": "stage", "in": [stage]}}
    return str(mall.api.expect(201, "marketer", "POST", "/segments", wish, key=new_key())["segment_id"])


def enters(mall: Mall, member_id: str, segment_id: str, times: int = 1) -> None:
    """Write what a refresh writes of who entered; a whole one would take the lake's time (`test_segments`)."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {"as_of": today().isoformat(), "refresh_id": f"refresh-{times}", "at": now, "recorded_at": now}
    own = {"campaign_id": f"members/{segment_id}", "kind": member_id, "origin": "schedule"}
    numbers = {"segment_seq": {"N": "1"}, "refresh_no": {"N": str(times)}}
    item = numbers | {name: {"S": value} for name, value in (own | told).items()}
    mall.aws("dynamodb").put_item(TableName=mall.stack.resources["campaigns_table_name"], Item=item)


@pytest.mark.parametrize("stage", ["dormant", "lost"])
def test_who_falls_dormant_or_is_lost_gets_the_pack_once_though_they_enter_again(mall: Mall, stage: str) -> None:
    gift, segment_id = mall.template(TERMS, claimable=False, per_member=5), segment(mall, stage)
    (who, member_id), (_, other_id) = mall.member(), mall.member()
    with offered(mall, "唤醒", occasion="segment", segment_id=segment_id, coupons=[gift]) as offer_id:
        enters(mall, member_id, segment_id)
        given_once(mall, who, member_id, gift, "唤醒")
        enters(mall, member_id, segment_id, times=2)
        enters(mall, other_id, segment_id)
        wait_until(lambda: mall.held_by(other_id, gift), "the next one's gift", PATIENCE_SECONDS)
        given_once(mall, who, member_id, gift, "唤醒")
        wait_until(lambda: total(mall, offer_id)["given"] == 2, "both gifts to be counted", PATIENCE_SECONDS)


def test_a_festival_is_for_everybody_in_its_segment_once(mall: Mall) -> None:
    gift, segment_id = mall.template(TERMS, claimable=False), segment(mall, "active")
    (who, member_id), (_, other_id) = mall.member(), mall.member()
    enters(mall, member_id, segment_id)
    on = ahead(3)
    day = {"occasion": "festival", "on": f"{on:%m-%d}", "days_ahead": 5}
    with offered(mall, "节日", segment_id=segment_id, coupons=[gift], **day):
        for _ in range(2):
            swept(mall, today())
        given_once(mall, who, member_id, gift, "节日")
        assert mall.held_by(other_id, gift) == []


def test_a_simulation_says_whom_a_draft_would_reach(mall: Mall, coupon: str) -> None:
    day = ahead(3)
    mall.member(birthday=f"1988-{day:%m-%d}")
    draft = mall.draft("/occasion-offers", {"occasion": "birthday", "coupons": [coupon], "days_ahead": 0})
    path = f"/occasion-offers/{draft}/simulations"
    status_url = mall.api.expect(202, "marketer", "POST", path, {}, key=new_key())["status_url"]

    def ended() -> Mapping[str, Any] | None:
        job: Mapping[str, Any] = mall.api.expect(200, "marketer", "GET", status_url)
        return job if job["state"] in {"done", "failed"} else None

    job = wait_until(ended, "the simulation", PATIENCE_SECONDS)
    assert job["state"] == "done", job
    assert job["result"]["reached"] >= 1
    assert job["result"]["cost_fen"] == job["result"]["reached"] * 1000
