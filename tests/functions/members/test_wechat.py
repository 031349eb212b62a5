"""A member's WeChat: linked by a fresh code, with one membership alone, exported, and forgotten with the person."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.members import wechat_api
from loyalty import dynamo, wechat
from tests.functions.members.conftest import Mall, rows_of
from tests.functions.members.faults import Fault, broken_call, first
from tests.providers.serving import wait_a_moment_for_silence
from tests.providers.wechat import Wechat, serving_wechat
from tests.support import Context, HttpAnswer, call, http_event, member_caller

PHONE, ANOTHER = "+8613800000001", "+8613800000002"
MINI, MALLS, OTHERS = "oMini-0123456789-ada-01234", "oMall-0123456789-ada-01234", "oMini-0123456789-other-012"


@pytest.fixture
def service(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wechat]:
    """WeChat; Ada and Ben are members."""
    for name, app, secret in (
        ("mini_program", "wxmini", "mini-secret"),
        ("official_account", "wxmall", "mall-secret"),
    ):
        told = json.dumps({"app_id": app, "secret": secret})
        dynamo.service("secretsmanager").create_secret(Name=name, SecretString=told)
        monkeypatch.setenv(f"{name.upper()}_SECRET", name)
    monkeypatch.setattr(wechat_api, "utc_now", lambda: mall.now)
    monkeypatch.setattr(wechat, "utc_now", lambda: mall.now)
    mall.enrol("ada", PHONE)
    mall.enrol("ben", ANOTHER)
    with serving_wechat() as made:
        monkeypatch.setenv("WECHAT_URL", made.address)
        made.codes = {"mini-1": MINI, "mini-2": MINI, "mini-3": OTHERS, "mall-1": MALLS}
        wait_a_moment_for_silence(monkeypatch, lambda: "silent" in (*made.next, *made.troubles))
        yield made


def link(login: str, code: str, channel: str = "mini_program") -> HttpAnswer:
    body = {"channel": channel, "code": code}
    return call(wechat_api.handler, http_event("PUT /me/wechat", body=body, caller=member_caller(login)))


def unlink(login: str, channel: str = "mini_program") -> int:
    event = http_event(f"DELETE /me/wechat/{channel}", caller=member_caller(login))
    context: Any = Context()
    return int(wechat_api.handler(event, context)["statusCode"])


def exported(mall: Mall, login: str) -> object:
    return mall.member(login, "GET /me/export").body["wechat"]


def openids() -> str:
    return repr([row for row in rows_of("members") if row["kind"] in {"wechat", "lookup"}])


def test_where_the_mall_has_no_such_account_nobody_is_asked(service: Wechat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINI_PROGRAM_SECRET")
    refused = link("ada", "mini-1")
    assert (refused.status, refused.code, openids().count("oM"), service.codes["mini-1"]) == (
        422,
        "wechat_not_open",
        0,
        MINI,
    )


def test_a_code_links_each_account_and_the_member_is_shown_what_is_known(mall: Mall, service: Wechat) -> None:
    assert link("ada", "mini-1").body == {"channels": ["mini_program"]}
    assert link("ada", "mall-1", "official_account").body == {"channels": ["mini_program", "official_account"]}
    assert exported(mall, "ada") == {"mini_program": MINI, "official_account": MALLS}
    assert exported(mall, "ben") == {}


def test_the_same_again_changes_nothing_and_a_used_code_says_nothing(mall: Mall, service: Wechat) -> None:
    assert link("ada", "mini-1").status == 200
    before = rows_of("members")
    assert link("ada", "mini-2").status == 200
    revisions = [row["revision"] for row in rows_of("members") if row["kind"] == "profile"]
    assert revisions == [row["revision"] for row in before if row["kind"] == "profile"]
    assert (link("ada", "mini-1").code, link("ada", "made-up").code) == ("wechat_code_invalid",) * 2
    assert exported(mall, "ada") == {"mini_program": MINI}


def test_an_openid_belongs_to_one_member_until_it_is_let_go(mall: Mall, service: Wechat) -> None:
    assert link("ada", "mini-1").status == 200
    taken = link("ben", "mini-2")
    assert (taken.status, taken.code, exported(mall, "ben")) == (409, "wechat_taken", {})
    assert MINI not in str(taken.body)
    assert [unlink("ada"), unlink("ada")] == [204, 204]
    service.codes["mini-4"] = MINI
    assert link("ben", "mini-4").status == 200
    assert (exported(mall, "ada"), exported(mall, "ben")) == ({}, {"mini_program": MINI})


def test_another_openid_takes_the_place_of_the_one_before_and_frees_it(mall: Mall, service: Wechat) -> None:
    link("ada", "mini-1")
    assert link("ada", "mini-3").status == 200
    assert exported(mall, "ada") == {"mini_program": OTHERS}
    assert link("ben", "mini-2").status == 200


def test_of_two_members_with_one_openid_at_once_one_has_it(mall: Mall, service: Wechat) -> None:
    with first(lambda: link("ben", "mini-2")):
        assert link("ada", "mini-1").code == "wechat_taken"
    assert (exported(mall, "ada"), exported(mall, "ben")) == ({}, {"mini_program": MINI})


def test_an_erasure_at_the_same_moment_leaves_no_openid(mall: Mall, service: Wechat) -> None:
    with first(lambda: mall.member("ada", "DELETE /me")):
        assert link("ada", "mini-1").code == "not_a_member"
    assert MINI not in openids()


@pytest.mark.parametrize("number", range(6))
def test_a_lost_answer_of_the_table_changes_nothing_that_stands(mall: Mall, service: Wechat, number: int) -> None:
    with broken_call(number, Fault.LOST):
        link("ada", "mini-1")
    assert link("ada", "mini-2").status == 200
    assert exported(mall, "ada") == {"mini_program": MINI}


def test_the_erased_are_unknown_to_wechat_and_their_openid_is_free(mall: Mall, service: Wechat) -> None:
    link("ada", "mini-1")
    link("ada", "mall-1", "official_account")
    assert mall.member("ada", "DELETE /me").status == 204
    assert not {row["kind"] for row in rows_of("members")} & {"wechat"}
    assert "openid/" not in openids()
    assert link("ben", "mini-2").status == 200


@pytest.mark.parametrize("trouble", ["cut", "silent"])
def test_without_an_answer_of_wechat_nothing_is_linked(mall: Mall, service: Wechat, trouble: str) -> None:
    service.next = [trouble]
    answer = link("ada", "mini-1")
    assert (answer.status, answer.code, exported(mall, "ada")) == (503, "wechat_unavailable", {})


def test_an_account_whose_secret_nobody_wrote_links_nobody(mall: Mall, service: Wechat) -> None:
    dynamo.service("secretsmanager").put_secret_value(SecretId="mini_program", SecretString="{}")
    assert link("ada", "mini-1").code == "wechat_unavailable"
    assert service.asked == []


def test_only_so_many_codes_are_tried_in_an_hour(mall: Mall, service: Wechat) -> None:
    answers = [link("ada", f"guess-{number}").status for number in range(11)]
    assert answers == [422] * 10 + [429]
    mall.later(hours=1)
    assert link("ada", "mini-1").status == 200


def test_who_is_no_member_links_nothing_and_a_wrong_request_asks_nobody(mall: Mall, service: Wechat) -> None:
    assert link("eve", "mini-1").code == "not_a_member"
    assert link("ada", "a code&appid=x").code == "invalid_request"
    assert link("ada", "mini-1", "sms").code == "invalid_request"
    assert service.asked == []


def test_no_openid_code_or_secret_is_logged(mall: Mall, service: Wechat, caplog: pytest.LogCaptureFixture) -> None:
    link("ada", "mini-1")
    link("ben", "mini-2")
    said = caplog.text + str([vars(record) for record in caplog.records])
    assert not [secret for secret in (MINI, "mini-1", "mini-secret") if secret in said]
