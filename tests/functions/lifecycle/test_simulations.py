"""Whom an offer would reach in a month, at what cost: exactly those whom it then reaches, and nothing is given."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from functions.lifecycle import on_job, shelf, simulations_desk
from functions.lifecycle.definition import OccasionOffer
from loyalty import dynamo, offers
from loyalty.clock import iso
from tests.functions.lifecycle.office import ANNA, BEN, Mall, entries, given
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
BIRTHDAY: dict[str, Any] = {
    "name_zh": "生日礼",
    "name_en": "Birthday gift",
    "occasion": "birthday",
    "coupons": ["T1"],
    "points": 150,
    "days_ahead": 0,
    "quantity": 7,
}


@pytest.fixture
def queue(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> str:
    """The queue of jobs, whose consumer's clock stands with the mall's."""
    url = str(dynamo.service("sqs").create_queue(QueueName="jobs")["QueueUrl"])
    monkeypatch.setenv("JOBS_QUEUE_URL", url)
    for module in (on_job, simulations_desk):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    return url


class Run(Context):
    """A run with time enough."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        return 800_000


def draft(mall: Mall, **changes: Any) -> str:
    offer = OccasionOffer.model_validate({**BIRTHDAY, **changes})
    return offers.create(shelf.catalogue(), offer, "marketer", "key-0", mall.now).answer.offer_id


def ask(offer_id: str, key: str = "key-1") -> HttpAnswer:
    route = f"POST /occasion-offers/{offer_id}/simulations"
    return call(
        simulations_desk.handler,
        http_event(route, caller=staff_caller("marketer"), headers={"idempotency-key": key}),
    )


def work(queue: str) -> None:
    context: Any = Run()
    sqs = dynamo.service("sqs")
    while found := sqs.receive_message(QueueUrl=queue).get("Messages", []):
        for message in found:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            on_job.handler({"Records": [{"messageId": "m", "body": message["Body"]}]}, context)


def result(answer: HttpAnswer) -> Any:
    found = call(
        simulations_desk.handler, http_event(f"GET {answer.body['status_url']}", caller=staff_caller("auditor"))
    )
    assert found.status == 200, found.body
    return found.body


def simulated(offer_id: str, queue: str) -> Any:
    answer = ask(offer_id)
    assert answer.status == 202, answer.body
    work(queue)
    told = result(answer)
    assert told["state"] == "done"
    return told["result"]


def test_a_draft_tells_whom_it_would_reach_and_what_it_could_cost(mall: Mall, queue: str) -> None:
    mall.member("cai-0000001", born="1205", tier="gold")
    mall.member("dan-0000001", born="1221", tier="gold")
    mall.member("eva-0000001", born="1222")
    found = simulated(draft(mall, who={"tiers": ["gold"]}), queue)
    assert (found["looked_at"], found["reached"], found["tiers"]) == (3, 2, {"gold": 2})
    assert (found["not_reached"], found["quantity"]) == ({"tier": 1}, 7)
    assert (found["coupons"], found["points"]) == (2, 300)
    assert found["cost_fen"] == 2 * 5000 + 300
    assert (given(), entries()) == ([], [])


def test_what_is_foretold_is_what_is_given(mall: Mall, queue: str) -> None:
    for n in range(8):
        day = date(2026, 11, 21) + timedelta(days=9 * n)
        mall.member(f"m-{n}", born=f"{day:%m%d}", tier="gold" if n % 3 else "regular", spend={"2611": n % 2})
    offer_id = mall.publish(BIRTHDAY, days_ahead=10, who={"tiers": ["gold"], "bought_in_months": 3}, quantity=None)
    found = simulated(offer_id, queue)
    for n in range(31):
        mall.day((date(2026, 11, 21) + timedelta(days=n)).isoformat())
    assert found["reached"] == len(given()) > 0


def test_a_published_offer_does_not_count_whom_it_has_reached(mall: Mall, queue: str) -> None:
    mall.member("cai-0000001", born="1205")
    offer_id = mall.publish(BIRTHDAY, days_ahead=14)
    mall.day("2026-11-21")
    found = simulated(offer_id, queue)
    assert (found["looked_at"], found["reached"]) == (1, 1)  # the one of 21 December


def test_who_had_the_gift_and_corrected_the_birthday_is_not_counted_again(mall: Mall, queue: str) -> None:
    offer_id = mall.publish(BIRTHDAY, days_ahead=0)
    mall.day("2026-11-21")
    mall.member(ANNA, born="1121")
    mall.day("2026-11-21")
    mall.member(ANNA, born="1205")
    found = simulated(offer_id, queue)
    assert (found["reached"], found["not_reached"]) == (0, {"had_it": 1})


def test_a_welcome_reaches_as_many_as_joined_last_month(mall: Mall, queue: str) -> None:
    for n, joined in enumerate(("2026-11-20", "2026-10-22", "2026-10-21", "2026-11-21", "2025-11-01")):
        day = datetime.fromisoformat(joined).replace(hour=4, tzinfo=UTC)
        mall.member(f"m-{n}")
        mall.hear(mall.event(who=f"m-{n}", time=iso(day)))
    found = simulated(draft(mall, occasion="welcome", days_ahead=None), queue)
    assert found["reached"] == 2


def test_a_wake_up_reaches_as_many_as_fell_asleep_last_month(mall: Mall, queue: str) -> None:
    for n, as_of in enumerate(("2026-11-21", "2026-10-23", "2026-10-21", None)):
        mall.member(f"m-{n}")
        mall.write("campaigns", {"campaign_id": "members/asleep", "kind": f"m-{n}", "as_of": as_of})
    offer_id = draft(mall, occasion="segment", segment_id="asleep", days_ahead=None)
    assert simulated(offer_id, queue)["reached"] == 2


def test_repeated_it_is_the_same_simulation_and_another_offers_is_unknown(mall: Mall, queue: str) -> None:
    offer_id = draft(mall)
    first, again = ask(offer_id), ask(offer_id)
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    other = first.body["status_url"].replace(offer_id, "0" * 24)
    assert call(simulations_desk.handler, http_event(f"GET {other}", caller=staff_caller("auditor"))).status == 404
    assert ask("0" * 24, "key-2").status == 404


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", [0, 1, 2, 17, 18, 19, 20, 40])
def test_whichever_call_breaks_everybody_is_looked_at_once(mall: Mall, queue: str, number: int, fault: Fault) -> None:
    mall.member(BEN, born="1121")
    mall.member(ANNA, born="1122")
    answer = ask(draft(mall))
    sqs = dynamo.service("sqs")
    body = sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"]
    assert json.loads(body)["job_id"] == answer.body["simulation_id"]
    context: Any = Run()
    with broken_call(number, fault):
        try:
            on_job.handler({"Records": [{"messageId": "m", "body": body}]}, context)
        except KilledError:
            assert fault is Fault.KILLED
    on_job.handler({"Records": [{"messageId": "m", "body": body}]}, context)
    told = result(answer)
    assert (told["state"], told["result"]["looked_at"], told["result"]["reached"]) == ("done", 2, 2)


@pytest.mark.parametrize(("on", "reached"), [("12-15", 2), ("03-01", 0)])
def test_a_festival_reaches_its_segment_if_it_comes_within_the_month(
    mall: Mall, queue: str, on: str, reached: int
) -> None:
    for who in (ANNA, BEN):
        mall.write("campaigns", {"campaign_id": "members/vip", "kind": who})
    offer_id = draft(mall, occasion="festival", on=on, segment_id="vip")
    assert simulated(offer_id, queue)["reached"] == reached
