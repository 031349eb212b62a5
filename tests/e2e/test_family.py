"""Families on the deployed mall: guardians and relatives agree, two at once keep limits, who leaves takes all along.

Races are run here, on the local cloud's own transactions and many clients at once, not on a simulation in one process.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.demo.api import Answer
from tests.e2e.families import SPOUSE, asked, child, confirm, family, register, registered, rows_of
from tests.e2e.mall import Mall, answered, new_key, wait_until

BUSY = 503
MOST_TOGETHER = 10
LEFT_OF_A_PERSON = {"erased", "limit", "request"}
"""What an erased membership may leave: that it was, how often something was asked for, and answers to repeat."""


@pytest.fixture(scope="module")
def who(mall: Mall) -> str:
    return mall.member()[0]


def at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    """Make calls at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]


def insisting(call: Callable[[], Answer]) -> Answer:
    """Repeat a call as long as others change the same member, as an app does; each is safe to repeat."""
    answers: list[Answer] = []

    def settled() -> bool:
        answers.append(call())
        return answers[-1].status != BUSY

    wait_until(settled, "an answer")
    return answers[-1]


def statuses(answers: Sequence[Answer]) -> Counter[tuple[int, str]]:
    return Counter(map(answered, answers))


def test_a_child_is_in_use_by_its_guardians_consent_to_the_text_in_force(mall: Mall, who: str) -> None:
    wish = child(mall, who, call_name="小宝")
    old = register(mall, who, wish | {"guardian_terms_version": "2020-01"})
    assert answered(old) == (422, "guardian_consent_required")
    assert family(mall, who) == {}
    key = new_key()
    first, again = register(mall, who, wish, key), register(mall, who, wish, key)
    assert (first.status, first.body["state"], first.body["consent"]["by"]) == (201, "in_use", "guardian")
    assert (again.body, again.replayed) == (first.body, True)
    one = f"/me/family/{first.body['relative_id']}"
    assert mall.api.expect(200, who, "PATCH", one, {"call_name": "大宝"})["call_name"] == "大宝"
    for _ in range(2):
        assert mall.api.call(who, "DELETE", one).status == 204
    assert family(mall, who) == {}


def test_a_spouse_is_in_use_once_the_code_on_their_own_phone_came_back(mall: Mall, who: str) -> None:
    phone, relative_id = mall.phone(), registered(mall, who, SPOUSE)["relative_id"]
    assert family(mall, who) == {relative_id: "awaiting_consent"}
    own = {"phone": who.removeprefix("member:")}
    assert mall.api.call(who, "POST", f"/me/family/{relative_id}/codes", own).body["code"] == "own_phone"
    code = asked(mall, who, relative_id, phone)
    wrong = confirm(mall, who, relative_id, phone, f"{(int(code) + 1) % 10**6:06d}")
    assert answered(wrong) == (422, "phone_code_invalid")
    assert family(mall, who) == {relative_id: "awaiting_consent"}
    for _ in range(2):
        answer = confirm(mall, who, relative_id, phone, code)
        assert (answer.status, answer.body["state"], answer.body["consent"]["by"]) == (200, "in_use", "adult")
    assert rows_of(mall, phone) == []


def test_who_agreed_withdraws_by_their_phone_alone(mall: Mall) -> None:
    member, phone = mall.member()[0], mall.phone()
    relative_id = registered(mall, member, SPOUSE)["relative_id"]
    confirm(mall, member, relative_id, phone, asked(mall, member, relative_id, phone))
    spouse = f"member:{phone}"
    mall.api.expect(202, spouse, "POST", "/me/phone-codes", {"phone": phone})
    body = {"phone": phone, "phone_code": mall.code_sent_to(phone)}
    assert mall.api.expect(200, spouse, "POST", "/me/family-withdrawals", body)["withdrawn"] == 1
    assert family(mall, member) == {}


def test_another_member_neither_sees_nor_changes_a_relative(mall: Mall) -> None:
    (member, _), (stranger, _) = mall.member(), mall.member()
    relative_id = registered(mall, member, child(mall, member))["relative_id"]
    one = f"/me/family/{relative_id}"
    assert answered(mall.api.call(stranger, "PATCH", one, {"call_name": "x"})) == (404, "relative_not_found")
    assert mall.api.call(stranger, "DELETE", one).status == 204
    assert family(mall, stranger) == {}
    assert family(mall, member) == {relative_id: "in_use"}


@pytest.mark.parametrize("_round", range(3))
def test_of_two_spouses_registered_at_once_one_is_taken(mall: Mall, _round: int) -> None:
    member, _ = mall.member()
    answers = at_once(*[lambda: insisting(lambda: register(mall, member, SPOUSE))] * 2)
    assert sorted(answer.status for answer in answers) == [201, 422]
    assert answers[[one.status for one in answers].index(422)].body["code"] == "family_full"
    assert len(family(mall, member)) == 1


def test_of_many_registered_at_once_no_more_are_taken_than_fit(mall: Mall) -> None:
    member, _ = mall.member()
    wish = child(mall, member)
    for _ in range(MOST_TOGETHER - 2):
        registered(mall, member, wish)
    keys = [new_key() for _ in range(6)]
    answers = at_once(*[lambda key=key: insisting(lambda: register(mall, member, wish, key)) for key in keys])
    assert statuses(answers) == {(201, "None"): 2, (422, "family_full"): 4}
    assert len(family(mall, member)) == MOST_TOGETHER


def test_the_same_request_sent_twice_at_once_registers_one(mall: Mall) -> None:
    member, _ = mall.member()
    wish, key = child(mall, member), new_key()
    answers = at_once(*[lambda: insisting(lambda: register(mall, member, wish, key))] * 3)
    assert [answer.status for answer in answers] == [201] * 3
    assert len({answer.body["relative_id"] for answer in answers}) == len(family(mall, member)) == 1


@pytest.mark.parametrize("_round", range(3))
def test_who_leaves_while_a_relative_is_registered_leaves_nobody_behind(mall: Mall, _round: int) -> None:
    member, member_id = mall.member()
    wish = child(mall, member, call_name=f"金丝雀{mall.run}")
    registered(mall, member, wish)
    gone, late = at_once(
        lambda: insisting(lambda: mall.api.call(member, "DELETE", "/me")),
        lambda: insisting(lambda: register(mall, member, wish)),
    )
    assert gone.status == 204
    assert answered(late) in {(201, "None"), (404, "not_a_member"), (404, "relative_not_found")}
    assert rows_of(mall, f"金丝雀{mall.run}") == []
    assert set(rows_of(mall, member_id)) <= LEFT_OF_A_PERSON
