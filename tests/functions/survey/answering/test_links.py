"""Who gets at a survey: the member, whoever holds the link, nobody else; and only in its time."""

import json
from datetime import timedelta

import pytest

from functions.survey import links
from loyalty.clock import iso
from loyalty.surveys.invitation import InvitationState
from tests.functions.survey.answering.asked import (
    ANNA,
    BEN,
    GOOD,
    NOON,
    Mall,
    account,
    operations,
    rows,
    stored,
)
from tests.support import call, http_event, till_caller

WRONG = "x" * 24


def test_a_link_shows_the_survey_in_the_callers_language(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    zh, en = mall.link(one.token), mall.link(one.token, headers={"accept-language": "en"})
    assert (zh.status, zh.body["questionnaire"]["title"]) == (200, "积分好用吗？")
    assert en.body["questionnaire"]["title"] == "Are points easy to use?"
    assert (zh.body["state"], zh.body["expires_at"], zh.body["answers"]) == ("open", one.expires_at, {})
    assert ANNA not in json.dumps(zh.body)


def test_what_a_link_shows_is_kept_nowhere_on_its_way(mall: Mall) -> None:
    assert mall.link(mall.invite(mall.publish()).token).headers["cache-control"] == "no-store"


def test_looking_takes_two_calls(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    with operations() as calls:
        mall.link(one.token)
    assert calls == ["GetItem", "BatchGetItem"]


@pytest.mark.parametrize("token", [WRONG, "short", "%00" * 8, "survey-1", "..%2F.."])
def test_a_guess_is_told_nothing(mall: Mall, token: str) -> None:
    one = mall.invite(mall.publish())
    for answer in (mall.link(token), mall.link(token, {"answers": GOOD}), mall.link(one.invitation_id)):
        assert (answer.status, answer.code) == (404, "survey_link_unknown")


def test_guessing_comes_to_an_end_and_a_right_link_still_works(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    for n in range(30):
        assert mall.link(f"guess-number-{n:08d}").status == 404
    stopped = mall.link(WRONG)
    assert (stopped.status, stopped.code, 0 < int(stopped.headers["retry-after"]) <= 600) == (
        429,
        "too_many_requests",
        True,
    )
    assert mall.link(WRONG, ip="198.51.100.7").status == 404
    assert mall.link(one.token).status == 200
    assert mall.answer(one).status == 201
    mall.later(minutes=10)
    assert mall.link(WRONG).status == 404


def test_guesses_are_counted_without_the_address(mall: Mall) -> None:
    mall.link(WRONG)
    (limit,) = rows("limit")
    assert "192.0.2.1" not in json.dumps(limit)
    assert limit["ttl"]


def test_a_till_or_another_member_with_the_link_is_its_holder_and_no_more(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    event = http_event(f"POST /surveys/invitations/{one.token}", body={"answers": GOOD}, caller=till_caller("shoes"))
    assert call(links.handler, event).status == 201
    assert [row["member_id"] for row in rows("answer")] == [ANNA]


def test_an_invitation_of_somebody_else_is_unknown(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    route = f"/me/surveys/{one.invitation_id}"
    assert mall.mine(f"GET {route}", who=BEN).status == 404
    assert mall.mine(f"POST {route}", {"answers": GOOD}, who=BEN).status == 404
    assert mall.mine(f"POST {route}", {"answers": GOOD, "complete": False}, who=BEN).status == 404
    assert mall.mine("GET /me/surveys", who=BEN).body["items"] == []
    assert (stored(one.invitation_id), account(BEN).version) == (one, 0)


def test_after_its_time_it_cannot_be_answered_swept_or_not(mall: Mall) -> None:
    asks = mall.publish()
    one, swept = mall.invite(asks), mall.invite(asks, BEN, state=InvitationState.EXPIRED)
    mall.later(days=14)
    for answer in (mall.link(one.token), mall.answer(one), mall.answer(swept), mall.answer(one, complete=False)):
        assert (answer.status, answer.code) == (410, "survey_expired")
    mall.now = NOON + timedelta(days=14, milliseconds=-1)
    assert mall.answer(one).status == 201


def test_a_cancelled_one_is_over(mall: Mall) -> None:
    one = mall.invite(mall.publish(), state=InvitationState.CANCELLED)
    assert (mall.link(one.token).code, mall.answer(one).code) == ("survey_answered", "survey_answered")


def test_before_its_time_it_cannot_be_answered_and_then_it_can_before_any_sweep(mall: Mall) -> None:
    opens = NOON + timedelta(hours=2)
    one = mall.invite(mall.publish(), state=InvitationState.PLANNED, opens_at=iso(opens))
    early = mall.answer(one)
    assert (early.status, early.code, early.body["opens_at"]) == (409, "survey_not_open", iso(opens))
    assert mall.mine("GET /me/surveys").body["items"] == []
    mall.now = opens
    assert len(mall.mine("GET /me/surveys").body["items"]) == 1
    assert mall.answer(one).status == 201
    assert stored(one.invitation_id).happened == ("SurveyOffered",)


def test_the_version_that_was_asked_is_answered(mall: Mall) -> None:
    old = mall.publish(title_zh="旧问卷")
    one = mall.invite(old)
    mall.publish("survey-2", number=2, title_zh="新问卷")
    assert mall.link(one.token).body["questionnaire"]["title"] == "旧问卷"
    mall.answer(one)
    assert [(row["survey"], row["survey_version"]) for row in rows("answer")] == [("survey-1", 1)]


def test_a_member_sees_what_waits_and_answers_it(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    mall.mine(f"POST /me/surveys/{one.invitation_id}", {"answers": {"ease": 3}, "complete": False})
    page = mall.mine("GET /me/surveys")
    assert page.body == {
        "items": [
            {
                "invitation_id": one.invitation_id,
                "survey_id": "survey-1",
                "title": "积分好用吗？",
                "intro": "五个问题，一分钟。",
                "expires_at": one.expires_at,
                "reward": {"purse": "courtesy", "points": 50},
                "questions": 5,
                "begun": True,
            }
        ],
        "next": None,
    }
    assert one.token not in json.dumps(page.body)
    seen = mall.mine(f"GET /me/surveys/{one.invitation_id}")
    assert (seen.status, seen.body["answers"]) == (200, {"ease": 3})
    assert mall.mine(f"POST /me/surveys/{one.invitation_id}", {"answers": GOOD}).status == 201
    assert mall.mine("GET /me/surveys").body["items"] == []
    assert [(row["channel"], row["mode"]) for row in rows("answer")] == [("app", "app")]


def test_a_list_is_read_page_by_page_with_the_soonest_over_first(mall: Mall) -> None:
    asks = mall.publish()
    wanted = [mall.invite(asks, expires_at=iso(NOON + timedelta(days=n))).invitation_id for n in (1, 2, 3, 4, 5)]
    found, query = [], {"limit": "2"}
    while True:
        page = mall.mine("GET /me/surveys", query=query).body
        found += [item["invitation_id"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == wanted
    assert mall.mine("GET /me/surveys", query={"cursor": "x"}).code == "invalid_cursor"


def test_who_has_not_enrolled_is_told_so(mall: Mall) -> None:
    assert mall.mine("GET /me/surveys", who="stranger").code == "not_enrolled"


def test_a_body_that_is_wrong_is_refused_with_its_places(mall: Mall) -> None:
    one = mall.invite(mall.publish())
    refused = mall.link(one.token, {"answers": {"ease": True}})
    assert (refused.status, refused.code) == (400, "invalid_request")
    assert refused.body["errors"][0]["pointer"] == "#/answers/ease"
    assert mall.link(one.token, '{"answers": {"why": "\\ud83d", "\\ud83d": 1}, "complete": false}').status == 400
    assert mall.link(one.token, {"answers": GOOD, "complete": "yes"}).status == 400
    assert mall.link(one.token, {"answers": []}).status == 400


def test_no_log_line_holds_a_token_or_somebodys_words(
    mall: Mall, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    one = mall.invite(mall.publish())
    event = http_event(f"POST /surveys/invitations/{one.token}", body={"answers": {**GOOD, "why": "电话 13800138000"}})
    event["routeKey"] = "POST /surveys/invitations/{token}"  # what the gateway really puts there
    assert call(links.handler, event).status == 201
    logged = caplog.text + capsys.readouterr().out + "".join(str(vars(one)) for one in caplog.records)
    assert "answered" in logged
    assert not [secret for secret in (one.token, "13800138000", ANNA) if secret in logged]
