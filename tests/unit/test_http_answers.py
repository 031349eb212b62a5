"""Whose fault it is when something does not fit its model."""

from typing import Any, cast

import pytest

from loyalty.http import Answer, Body, answers, api, entry_point
from tests.support import call, http_event


class Asked(Body):
    """What is asked."""

    points: int


class Told(Answer):
    """What is answered."""

    points: int


app = api()
handler = entry_point(app)


@app.post("/doubles", responses=answers(200, Told, "Twice as much"))
def double(body: Asked) -> Told:
    """Answer, wrongly for some."""
    return cast("Told", {"points": "many"}) if body.points == 13 else Told(points=body.points * 2)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [({"points": "many"}, 400, "invalid_request"), ({"points": 13}, 500, "internal_error")],
)
def test_a_wrong_answer_is_our_mistake_and_a_wrong_request_the_callers(
    environment: None, body: dict[str, Any], status: int, code: str
) -> None:
    answer = call(handler, http_event("POST /doubles", body=body))

    assert (answer.status, answer.code) == (status, code)
    assert call(handler, http_event("POST /doubles", body={"points": 2})).body == {"points": 4}


def test_every_documented_refusal_shows_its_problem() -> None:
    problem = answers(200, Told, "Twice as much")[400]["content"]["application/problem+json"]

    assert problem["examples"]["invalid_request"]["value"]["status"] == 400
