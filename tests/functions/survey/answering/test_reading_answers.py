"""What staff read of complete answers: persons are for operators only."""

import json

from loyalty import dynamo
from tests.functions.survey.answering.asked import (
    ANNA,
    GOOD,
    Mall,
    rows,
)

PHONE = "13800138000"


def test_operators_read_answers_and_others_read_no_persons(mall: Mall) -> None:
    asks = mall.publish()
    mall.answer(mall.invite(asks), {**GOOD, "why": f"请打 {PHONE} 或写信 anna@example.com，排队太久"})
    whole = mall.staff("GET /surveys/survey-1/answers").body["items"][0]
    assert (whole["member_id"], PHONE in whole["texts"][0]["text"], whole["survey_id"]) == (ANNA, True, "survey-1")
    for group in ("marketer", "approver", "auditor"):
        masked = mall.staff("GET /surveys/survey-1/answers", group=group).body
        assert [
            secret for secret in (ANNA, PHONE, "example.com") if secret in json.dumps(masked, ensure_ascii=False)
        ] == []
        assert "排队太久" in masked["items"][0]["texts"][0]["text"]


def test_answers_are_read_newest_first_page_by_page_through_all_versions(mall: Mall) -> None:
    mall.publish()
    mall.publish("survey-2", number=2)
    wanted = []
    for n in range(5):
        mall.later(minutes=1)
        wanted.append(mall.take(None, key=f"k{n}", survey_id=f"survey-{n % 2 + 1}").body["answer_id"])
    found, query = [], {"limit": "2"}
    while True:
        page = mall.staff("GET /surveys/survey-2/answers", query=query).body
        found += [item["answer_id"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == wanted[::-1]
    assert mall.staff("GET /surveys/none/answers").status == 404


def test_an_answer_of_an_erased_member_is_still_read(mall: Mall) -> None:
    mall.publish()
    mall.take()
    (row,) = rows("answer")
    erased = {name: value for name, value in row.items() if name not in {"member_id", "texts", "because"}}
    dynamo.client().put_item(TableName="surveys", Item=dynamo.to_item(erased))
    item = mall.staff("GET /surveys/survey-1/answers").body["items"][0]
    assert (item["member_id"], item["texts"], item["scores"][0]["score"]) == (None, [], 9)
