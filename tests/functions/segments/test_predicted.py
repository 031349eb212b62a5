"""A segment of members of whom much is foretold: by the models of insight's newest night, from their own purchases."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from loyalty import dynamo, tested_models
from tests.functions.segments.office import TODAY, Lake, made, members_in, pump, refreshed, send

pytestmark = pytest.mark.usefixtures("members", "nothing_shipped")
MODELS = {
    "parameters": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    "value": {"parameters": {"p": 6.25, "q": 3.74, "v": 1545.1}},
}
ALIVE = {"about": "predicted", "what": "alive", "at_least": 500}


def night_found(models: Mapping[str, Any]) -> None:
    """A night of insight has left its document."""
    row = {**tested_models.KEY, "text": json.dumps(models)}
    dynamo.client().put_item(TableName="insight", Item=dynamo.to_item(row))


@pytest.fixture
def habits(lake: Lake) -> None:
    """Anna comes every week until today; Bert did until half a year ago; the others never bought."""
    for week in range(20):
        lake.bought("member-anna", 300_00, TODAY - timedelta(weeks=week))
        lake.bought("member-bert", 300_00, TODAY - timedelta(weeks=26 + week))


@pytest.mark.usefixtures("habits")
def test_who_still_comes_is_in_and_who_is_probably_lost_is_not() -> None:
    night_found(MODELS)
    segment_id = made(condition=ALIVE)
    lost = made("key-2", condition={"about": "predicted", "what": "alive", "at_most": 100})
    refreshed()
    assert members_in(segment_id) == ["member-anna"]
    assert members_in(lost) == ["member-bert"]


@pytest.mark.usefixtures("habits")
def test_a_preview_shows_what_is_foretold() -> None:
    night_found(MODELS)
    condition = {"all": [{"about": "predicted", "what": what, "at_least": 1} for what in ("purchases", "spend")]}
    begun = send("POST /segments/previews", {"condition": condition}, key="preview-1")
    pump()
    shown = send(f"GET {begun.body['status_url']}").body
    assert [one["unit"] for one in shown["figures"]] == ["per_mille", "fen"]
    assert [one["member_id"] for one in shown["sample"]] == ["member-anna"]
    purchases, spend = map(int, shown["sample"][0]["values"])
    # Anna came every week: about ten times in a quarter, for about 300 yuan each.
    assert 8_000 < purchases < 13_000
    assert spend == pytest.approx(purchases * 300_00 / 1000, rel=0.1)


@pytest.mark.usefixtures("habits")
@pytest.mark.parametrize("models", [None, {"parameters": None, "value": {"parameters": None}}])
def test_before_there_are_models_nobody_is_in(models: Mapping[str, Any] | None) -> None:
    if models is not None:
        night_found(models)
    segment_id = made(condition=ALIVE)
    assert refreshed()["phase"] == "done"
    assert members_in(segment_id) == []


def test_a_bound_is_needed_and_a_figure_that_there_is() -> None:
    for wrong in ({"what": "alive"}, {"what": "luck", "at_least": 1}, {"at_least": 1}):
        refused = send(
            "POST /segments", {"name_zh": "高潜力", "condition": {"about": "predicted", **wrong}}, key="key-9"
        )
        assert (refused.status, refused.code) == (400, "invalid_request")
