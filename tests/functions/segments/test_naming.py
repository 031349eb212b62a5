"""A segment that something names cannot be archived; what is over, or was never approved, does not count."""

from typing import Any

import pytest

from loyalty import dynamo
from loyalty.catalogue import Catalogue, Offer, OfferState
from loyalty.surveys import running as surveys
from tests.functions.segments.office import made, send
from tests.support import HttpAnswer

pytestmark = pytest.mark.usefixtures("office")
ID = "1" * 24
WHEN = {"from": "2026-01-01T00:00:00+08:00", "until": "2028-01-01T00:00:00+08:00"}


def named_by_campaign(segment_id: str, state: OfferState = OfferState.PUBLISHED, **changes: Any) -> None:
    catalogue = Catalogue("campaigns", "campaign_id", "campaign")
    put(catalogue, {**WHEN, "conditions": {"lists": ["other", segment_id]}, **changes}, state)


def named_by_survey(segment_id: str, op: str = "eq", **changes: Any) -> None:
    value = [segment_id, "other"] if op == "in" else segment_id
    conditions = [{"field": "cause", "op": "exists", "value": True}, {"field": "segment_id", "op": op, "value": value}]
    definition = {"on_event": {"events": ["SegmentEntered"], "conditions": conditions}, **changes}
    put(surveys.catalogue(), definition, OfferState.PUBLISHED)


def put(catalogue: Catalogue, definition: dict[str, Any], state: OfferState) -> None:
    parts = catalogue.put_if_absent(Offer(ID, definition, "mei", state))
    dynamo.client().transact_write_items(TransactItems=list(parts))


def archive(segment_id: str) -> HttpAnswer:
    return send(f"POST /segments/{segment_id}/archivals")


@pytest.mark.parametrize("state", [OfferState.APPROVED, OfferState.PUBLISHED, OfferState.PAUSED])
def test_a_segment_that_a_campaign_names_is_not_archived(state: OfferState) -> None:
    segment_id = made()
    named_by_campaign(segment_id, state)
    answer = archive(segment_id)
    assert (answer.status, answer.code) == (409, "segment_in_use")
    assert answer.body["used_by"] == [{"kind": "campaign", "id": ID}]
    assert send(f"GET /segments/{segment_id}").body["state"] == "active"


@pytest.mark.parametrize("state", [OfferState.DRAFT, OfferState.ENDED])
def test_a_draft_and_what_was_ended_do_not_count(state: OfferState) -> None:
    segment_id = made()
    named_by_campaign(segment_id, state)
    assert archive(segment_id).status == 201


def test_a_campaign_whose_window_is_over_does_not_count() -> None:
    segment_id = made()
    named_by_campaign(segment_id, until="2026-11-22T00:00:00+08:00")
    assert archive(segment_id).status == 201


def test_another_segment_is_archived() -> None:
    named_by_campaign(made())
    assert archive(made("key-2")).status == 201


@pytest.mark.parametrize("op", ["eq", "in"])
def test_a_survey_that_asks_whoever_enters_counts_too(op: str) -> None:
    segment_id = made()
    named_by_survey(segment_id, op)
    assert archive(segment_id).body["used_by"] == [{"kind": "survey", "id": ID}]


def test_a_survey_that_asks_nobody_any_more_or_all_others_does_not_count() -> None:
    segment_id = made()
    named_by_survey(segment_id, valid_until="2026-11-01T00:00:00+08:00")
    assert archive(segment_id).status == 201
    segment_id = made("key-2")
    surveys_of = surveys.catalogue()
    dynamo.client().delete_item(TableName="surveys", Key=dynamo.to_item(surveys_of.key(ID)))
    dynamo.client().delete_item(TableName="surveys", Key=dynamo.to_item(surveys_of.list_key(ID)))
    named_by_survey(segment_id, "ne")
    assert archive(segment_id).status == 201


def test_everything_that_names_it_is_told_and_a_shipped_one_is_no_exception() -> None:
    named_by_campaign("rfm_at_risk")
    named_by_survey("rfm_at_risk")
    assert [one["kind"] for one in archive("rfm_at_risk").body["used_by"]] == ["campaign", "survey"]


def test_an_archived_segment_is_archived_whoever_names_it() -> None:
    segment_id = made()
    assert archive(segment_id).status == 201
    named_by_campaign(segment_id)
    assert archive(segment_id).headers["idempotent-replayed"] == "true"
